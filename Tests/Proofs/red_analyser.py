"""An analyser that finds a red square with the standard library alone, or misbehaves.
red_analyser.py RECIPE_FOLDER [MANNER [NOTES]]: silent, mute, noisy, dies, poisoned, slow, floods"""
import os, sys, time
sys.path.insert(0, sys.argv[1])
import flyonce_analyser
manner = sys.argv[2] if len(sys.argv) > 2 else ''
label = os.environ.get('RED_LABEL', 'red')
gateway = flyonce_analyser.Gateway()
if manner == 'silent': time.sleep(1000)
if manner == 'mute':
    gateway.hello('mute', '1', [])
    time.sleep(1000)
if manner == 'noisy':
    for line in range(500): print('line', line, flush=True)
    gateway._socket.sendall(b'no json\n{"frame":999,"objects":[]}\n' + b'x' * 3000000 + b'\n')
if manner == 'floods':
    while True: gateway._send({'frame': 999, 'objects': []})
gateway.hello('plain', '1', [label])
for frame in gateway.frames():
    if manner == 'dies' and frame.id % 5 == 3 and not os.path.exists(sys.argv[3] + str(frame.id)):
        open(sys.argv[3] + str(frame.id), 'w').close()
        os._exit(3)
    if manner == 'poisoned' and frame.id == 3: os._exit(4)
    if manner == 'slow': time.sleep(0.2)
    xs, ys = [], []
    for y in range(0, frame.height, 4):
        row = bytes(frame.pixels[y * frame.stride:(y + 1) * frame.stride])
        for x in range(0, frame.width, 4):
            red, green, blue = row[x * 3:x * 3 + 3]
            if red - green - blue > 128:
                xs.append(x)
                ys.append(y)
    found = [{'label': label, 'confidence': 0.9, 'box_px': [min(xs), min(ys), max(xs) + 4, max(ys) + 4]}] if xs else []
    gateway.answer(frame, found)
