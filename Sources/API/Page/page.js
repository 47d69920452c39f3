'use strict';
// The officers' page: the list follows /v1/events; nothing is kept here that the gateway does not say.
const words = {
  zh: {
    token: '访问令牌', enter: '进入', refused: '令牌无效', none: '这里没有线索', all: '全部', open: '待处理', decided: '已处理', look: '待复飞', plan: '复飞计划（KML）', map: '线索地图', list: '线索', filters: '筛选', viewer: '图片', maps: '地图应用', nearer: '放大', farther: '缩小', colon: '：',
    live: '实时', lost: '连接中断，正在重连…', cancel: '取消', close: '关闭', dismiss: '误报', uphold: '属实', handle: '已处置', navigate: '导航',
    why: '误报原因', because: '为什么', case: '案卷', numberless: '编号待定', nowhere: '无位置', sightings: '次见到', confidence: '置信度', failed: '没有成功，请重试', unreachable: '连不上网关，请稍后再试', recorded: '已记录 · {}', missing: '找不到这条线索',
    forbidden: '此令牌只能查看，不能判定', nopicture: '图片未到', hidden: '无脱敏图，点击看原图（留痕）', broken: '图片暂时打不开', original: '看原图（留痕）', seenOriginal: '原图，已按你的令牌记录本次查看', seenRedacted: '脱敏图', originalClip: '原始视频，查看留痕', source: '视频源', method: '定位方法', datum: '高程依据', area: '所在区域', grid: '网格', pose: '姿态时差', hash: '图片 SHA-256', hold: '封存',
    choices: ['光影误判', '已整改', '合法作业', '重复线索'],
    severities: { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' },
    looks: { verify: '办结 {} 天，尚未复核', overdue: '首次发现已 {} 天，仍未消除', stale: '已 {} 天未查看' },
    needs: '每像素 ≤ {gsd} cm · 俯角 ≥ {depression}° · 周围 {margin} m · {looks} 帧、{views} 个机位',
    recurred: '再次出现',
    statuses: { tentative: '待确认', open: '', cleared: '已消除', closed: '已办结', dismissed: '误报' },
    verdicts: { upheld: '属实', handled: '已处置', dismissed: '误报' },
    overdue: '超期', dueBy: '限 {}', soon: '即将到期',
    flags: { returned: '退回', rework: '返工', extended: '延期', suspended: '挂账' },
    stages: { reported: '上报', accepted: '受理', dispatched: '分流', handling: '处置', fed_back: '反馈', checking: '核查', closed: '办结', rejected: '不予受理' },
    methods: { stated_position: '设备给出', ray_terrain: '视线与地形相交', ray_ellipsoid: '视线与地面高程相交', stated_corners: '画面四角内插', frame_center: '画面中心', platform: '飞行器位置' },
    refusals: { no_pose: '没有姿态', no_fix: '没有卫星定位', stale_pose: '姿态过旧', no_field_of_view: '没有视场角', no_box: '没有目标框', no_ground_height: '没有地面高程', above_horizon: '视线在地平线以上', too_oblique: '视线过平', below_ground: '位于地面以下', off_globe: '坐标无效' },
  },
  en: {
    token: 'Access token', enter: 'Enter', refused: 'This token is not valid', none: 'No findings here', all: 'All', open: 'Open', decided: 'Decided', look: 'Re-fly', plan: 'Plan for the flight (KML)', map: 'Map of findings', list: 'Findings', filters: 'Filter', viewer: 'Picture', maps: 'Map apps', nearer: 'Zoom in', farther: 'Zoom out', colon: ': ',
    live: 'live', lost: 'connection lost, retrying…', cancel: 'Cancel', close: 'Close', dismiss: 'False alarm', uphold: 'Uphold', handle: 'Handled', navigate: 'Navigate',
    why: 'Why is it a false alarm?', because: 'Why', case: 'Case', numberless: 'not numbered yet', nowhere: 'No position', sightings: 'sightings', confidence: 'confidence', failed: 'It did not work, please try again', unreachable: 'The gateway does not answer, please try again later', recorded: 'Recorded · {}', missing: 'This finding is not here',
    forbidden: 'This token may read, not decide', nopicture: 'no picture yet', hidden: 'not redacted: tap for the original (logged)', broken: 'the picture does not open now', original: 'Show the original (logged)', seenOriginal: 'Original: this look is logged under your token', seenRedacted: 'Redacted', originalClip: 'Clip as captured; looks are logged', source: 'Source', method: 'Position by', datum: 'Heights from', area: 'Area', grid: 'Grid cell', pose: 'Age of the pose', hash: 'Picture SHA-256', hold: 'Legal hold',
    choices: ['Light or shadow', 'Already put right', 'Lawful work', 'Seen before'],
    severities: { blue: 'blue', yellow: 'yellow', orange: 'orange', red: 'red' },
    looks: { verify: 'Closed {} days ago, not verified', overdue: 'First seen {} days ago, still open', stale: 'Not looked at for {} days' },
    needs: '≤ {gsd} cm a pixel · ≥ {depression}° down · {margin} m around · {looks} looks from {views} places',
    recurred: 'seen again',
    statuses: { tentative: 'tentative', open: '', cleared: 'cleared', closed: 'closed', dismissed: 'dismissed' },
    verdicts: { upheld: 'Upheld', handled: 'Handled', dismissed: 'False alarm' },
    overdue: 'overdue', dueBy: 'due {}', soon: 'due soon',
    flags: { returned: 'returned', rework: 'rework', extended: 'extended', suspended: 'suspended' },
    stages: { reported: 'reported', accepted: 'accepted', dispatched: 'dispatched', handling: 'handling', fed_back: 'fed back', checking: 'checking', closed: 'closed', rejected: 'rejected' },
    methods: { stated_position: 'the device itself', ray_terrain: 'ray on terrain', ray_ellipsoid: 'ray on ground height', stated_corners: 'picture corners', frame_center: 'frame centre', platform: 'aircraft position' },
    refusals: { no_pose: 'no pose', no_fix: 'no satellite fix', stale_pose: 'stale pose', no_field_of_view: 'no field of view', no_box: 'no box', no_ground_height: 'no ground height', above_horizon: 'above the horizon', too_oblique: 'too oblique', below_ground: 'below ground', off_globe: 'off the globe' },
  },
};
// The newest findings that the page holds; older ones are in /v1/findings.
const limit = 300;
const $ = (id) => document.getElementById(id);
const stored = { get: () => { try { return localStorage.getItem('language'); } catch { return null; } }, set: (value) => { try { localStorage.setItem('language', value); } catch { /* private window */ } } };
let language = stored.get() || (navigator.language.startsWith('zh') ? 'zh' : 'en');
let filter = 'open';
let opened = 0;
const findings = new Map();
const cards = new Map();
const marks = new Map();
// What a look by the next flight is wanted for, and why, by finding.
const wishes = new Map();
// How open cases stand to their limits, by finding.
const clocks = new Map();
let moreWishes = false;
let map = null;
let moved = false;
// The finding that an alert's link leads to.
const linked = () => location.hash.match(/^#finding=([0-9a-f-]{36})$/)?.[1] ?? null;
let wanted = linked();

const say = (key) => words[language][key];
const word = (table, key) => say(table)[key] ?? key;
const title = (feature) => feature.properties.title[language] || feature.properties.title.zh || feature.properties.scene_type;
// A link that is dead only for this phone must not hold a button for ever.
const call = (address, options) => fetch(address, { signal: AbortSignal.timeout?.(30000), ...options }).catch(() => null);
const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '?');

// In the phone's own zone; the year where it is another one.
function clock(text, more = {}) {
  const date = new Date(text);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
  const month = language === 'zh' ? 'numeric' : 'short';
  return date.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { ...year, month, day: 'numeric', hour: '2-digit', minute: '2-digit', ...more });
}

// Where heights come from is said in English phrases by the gateway.
const heights = [['the sensor\'s own HAE − MSL', '设备自报椭球高与海拔之差'], ['sensor height above take-off', '设备距起飞点高度'], ['configured ground HAE', '设置的地面椭球高'], ['terrain under the aircraft', '飞行器下方地形'],
  ['ground HAE of the stated frame centre', '所报画面中心的地面椭球高'], ['of the stated frame centre', '（所报画面中心）'], ['the stated frame centre', '所报画面中心'], ['ground at the take-off point', '起飞点地面'], ['no terrain data there', '该处无地形数据'],
  ['inside the stated picture corners', '所报画面四角之内'], ['laser range along the optical axis', '沿光轴激光测距'], ['target of the laser range-finder', '激光测距目标'], ['sensor HAE', '设备椭球高'], ['sensor MSL', '设备海拔'], ['ground MSL', '地面海拔']];
const datum = (text = '') => (language === 'zh' ? heights.reduce((words, [from, to]) => words.replaceAll(from, to), text).replaceAll('; ', '；') : text);

function translate() {
  document.documentElement.lang = language;
  $('language').textContent = language === 'zh' ? 'English' : '中文';
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', say(element.dataset.label));
  nameZoom();
  $('kml').href = `/v1/reflights?format=kml&limit=1000&language=${language}`;
  $('choices').replaceChildren(...say('choices').map((text) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => { $('why').value = text; });
    return button;
  }));
  for (const feature of findings.values()) draw(feature);
  arrange();
}

const lastVerdict = (feature) => (feature.properties.verdicts || []).at(-1);
const decided = (feature) => Boolean(lastVerdict(feature)) || ['dismissed', 'closed', 'cleared'].includes(feature.properties.status);
const shown = (feature) => (filter === 'look' ? wishes.has(feature.id) : filter === 'all' || (filter === 'decided') === decided(feature));

// Each map wants the place in its own datum: the gateway writes the addresses. Apple's phones know no geo:, others no Apple map.
async function navigate(id) {
  const response = await call(`/v1/findings/${id}/maps?language=${language}`);
  if (response?.status === 401) return ask();
  if (!response?.ok) return notify(say(response ? 'failed' : 'unreachable'));
  const apple = /iPhone|iPad|iPod|Macintosh/.test(navigator.userAgent);
  const { maps } = await response.json();
  const shown = maps.filter(({ name }) => name !== (apple ? 'geo' : 'apple'));
  $('maps').querySelector('.choices').replaceChildren(...shown.map((map) => {
    const link = document.createElement('a');
    link.className = 'navigate';
    link.rel = 'noreferrer';
    if (map.url.startsWith('https:')) link.target = '_blank';
    link.href = map.url;
    link.textContent = map.title[language];
    link.addEventListener('click', () => $('maps').close());
    return link;
  }));
  $('maps').showModal();
}

function newCard(id) {
  const card = $('card').content.firstElementChild.cloneNode(true);
  const on = (name, action) => card.querySelector(name).addEventListener('click', action);
  on('.picture', () => view(id));
  on('.place', () => centre(id));
  on('.navigate', () => navigate(id));
  on('.uphold', () => decide(id, 'upheld', ''));
  on('.handle', () => decide(id, 'handled', ''));
  on('.dismiss', () => dismiss(id));
  // Ids begin with the time of the first sight: newest first.
  const before = [...cards].filter(([other]) => other < id).sort().at(-1);
  $('findings').insertBefore(card, before ? before[1] : null);
  cards.set(id, card);
  return card;
}

function draw(feature) {
  const properties = feature.properties;
  const card = cards.get(feature.id) || newCard(feature.id);
  const put = (name, text) => { card.querySelector(name).textContent = text; };
  card.className = `card ${properties.severity} ${properties.status}`;
  put('.title', title(feature));
  put('.severity', word('severities', properties.severity));
  const isBack = properties.status === 'open' && properties.rule.reasons.some((reason) => reason.condition.startsWith('seen again after it was '));
  const held = properties.hold && !properties.hold.released_at ? say('hold') : '';
  const record = properties.case;
  const status = isBack ? say('recurred') : properties.status === record?.stage ? '' : word('statuses', properties.status);
  put('.status', [status, held].filter(Boolean).join(' · '));
  // A platform that numbers later gave only the promise of a number.
  put('.case', record ? `${say('case')} ${record.number.startsWith('token:') ? say('numberless') : record.number}` : '');
  const flags = new Set(record?.flags);
  if (clocks.get(feature.id)?.state === 'suspended') flags.add('suspended');
  put('.stage', record ? [word('stages', record.stage), ...[...flags].map((flag) => word('flags', flag)), clockWords(feature)].filter(Boolean).join(' · ') : '');
  put('.said', record?.message ? `${say('case')}${say('colon')}${record.message}` : '');
  const late = Boolean(properties.case_overdue) || clocks.get(feature.id)?.state === 'overdue';
  card.classList.toggle('late', late);
  card.classList.toggle('soon', !late && clocks.get(feature.id)?.state === 'due_soon');
  put('.time', clock(properties.first_seen, { second: '2-digit' }));
  put('.seen', `${properties.sightings} ${say('sightings')} · ${say('confidence')} ${number(properties.confidence * 100, 0)}%`);
  put('.look', wishes.has(feature.id) ? lookWords(wishes.get(feature.id)) : '');
  drawPlace(feature, put, card);
  drawEvidence(feature, card);
  drawReasons(feature, put, card);
  const last = lastVerdict(feature);
  put('.verdict', last ? `${word('verdicts', last.verdict)} · ${last.by}${last.why ? ' · ' + last.why : ''}` : '');
  for (const name of ['uphold', 'handle', 'dismiss', 'navigate']) put(`.${name}`, say(name));
  const upheld = last?.verdict === 'upheld' && properties.status !== 'closed' && properties.status !== 'dismissed';
  card.querySelector('.uphold').hidden = decided(feature);
  card.querySelector('.handle').hidden = !upheld;
  card.querySelector('.dismiss').hidden = decided(feature) && !upheld;
}

// By when the case's step is to be done, or that its limit is over, and which step of the ladder has come.
function clockWords(feature) {
  const said = feature.properties.case_overdue;
  const stand = clocks.get(feature.id);
  if (stand?.state === 'suspended') return '';
  const due = stand?.due || said?.due;
  const by = due ? say('dueBy').replace('{}', clock(due)).replaceAll(' ', '\u00a0') : '';
  const state = said || stand?.state === 'overdue' ? say('overdue') : stand?.state === 'due_soon' ? say('soon') : '';
  return [state, said?.rung ? said.rung.title[language] || said.rung.title.zh : '', by].filter(Boolean).join(' · ');
}

// Why a look is wanted, and what it must be like to decide.
function lookWords(wish) {
  const reason = word('looks', wish.reason).replace('{}', number(wish.age_s / 86400, 0)).replace(/\b1 days/, '1 day');
  // To the safe side: who keeps to it has looks that count.
  const values = { gsd: number(Math.floor(wish.gsd_m * 1000 + 1e-6) / 10, 1), depression: number(Math.ceil(wish.depression_deg), 0), margin: number(Math.ceil(wish.margin_m), 0), looks: wish.looks, views: wish.views };
  return `${reason}\n${say('needs').replace(/\{(\w+)\}/g, (_, name) => values[name])}`;
}

function drawPlace(feature, put, card) {
  const link = card.querySelector('.navigate');
  link.hidden = !feature.geometry;
  card.querySelector('.place').disabled = !feature.geometry;
  if (!feature.geometry) {
    put('.coordinates', `${say('nowhere')} · ${word('refusals', feature.properties.location_refused || '')}`);
    return put('.error', '');
  }
  const [lon, lat] = feature.geometry.coordinates;
  put('.coordinates', `${number(lat, 6)}, ${number(lon, 6)}`);
  const { ce90_m: error, area } = feature.properties.location;
  put('.error', `±${number(error, 1)} m CE90${area ? ` · ${area}` : ''}`);
}

// The square of a card shows the part of the picture that the matter is in.
function aim(image, box) {
  const visible = image.naturalHeight / image.naturalWidth;
  if (!box || !(visible < 1)) return;
  const at = ((box[0] + box[2]) / 2 - visible / 2) / (1 - visible);
  image.style.objectPosition = `${Math.min(Math.max(at, 0), 1) * 100}% 50%`;
}

function drawEvidence(feature, card) {
  // Pictures come in the order they were taken, each a better view than the one before.
  const of = (kind) => (feature.properties.evidence || []).findLast((item) => item.kind === kind);
  // A thumbnail stands behind its picture: the last of either is the newest view, small where there is a small one.
  // Redacted ones, which may be shown over a shoulder; an original only to whom asks for it.
  const evidence = feature.properties.evidence || [];
  const picture = evidence.findLast((item) => item.redacted && (item.kind === 'thumbnail' || item.kind === 'picture'));
  const original = of('picture') || of('thumbnail');
  const image = card.querySelector('.picture img');
  const instead = card.querySelector('.picture span');
  instead.textContent = say(original ? 'hidden' : 'nopicture');
  image.hidden = !picture;
  image.alt = title(feature);
  if (picture && image.dataset.hash !== picture.sha256) {
    image.dataset.hash = picture.sha256;
    image.src = `/v1/evidence/${picture.sha256}`;
    image.onload = () => aim(image, picture.box);
    // Asked for again when the finding changes or the connection is back.
    image.onerror = () => {
      delete image.dataset.hash;
      image.hidden = true;
      instead.textContent = say('broken');
    };
  }
  card.querySelector('.picture').disabled = !original;
  const clip = of('clip');
  const video = card.querySelector('.clip');
  if (clip && video.dataset.hash !== clip.sha256) {
    video.dataset.hash = clip.sha256;
    video.src = `/v1/evidence/${clip.sha256}`;
    video.hidden = false;
  }
  card.querySelector('.note').textContent = clip ? say('originalClip') : '';
  video.setAttribute('aria-label', say('originalClip'));
}

function drawReasons(feature, put, card) {
  const { rule, location, source, evidence } = feature.properties;
  put('summary', `${say('because')}${say('colon')}${rule.id} ${rule.version}`);
  card.querySelector('.reasons').replaceChildren(...rule.reasons.map((reason) => {
    const item = document.createElement('li');
    const code = document.createElement('code');
    const values = document.createElement('span');
    code.textContent = reason.condition;
    values.textContent = Object.entries(reason.values).map(([name, value]) => `${name} = ${value}`).join('\n');
    values.className = 'facts';
    item.append(code, values);
    return item;
  }));
  const facts = [`${say('source')}${say('colon')}${source}`];
  if (location) {
    facts.push(`${say('method')}${say('colon')}${word('methods', location.method)}`, `${say('datum')}${say('colon')}${datum(location.source_datum)}`, `${say('pose')}${say('colon')}${number(location.pose_age_ms, 0)} ms`);
    if (location.area) facts.push(`${say('area')}${say('colon')}${location.area}`);
    if (location.grid) facts.push(`${say('grid')}${say('colon')}${location.grid}`);
  }
  const picture = (evidence || []).findLast((item) => item.kind === 'picture' && !item.redacted);
  if (picture) facts.push(`${say('hash')}${say('colon')}${picture.sha256}`);
  const hold = feature.properties.hold;
  if (hold && !hold.released_at) facts.push(`${say('hold')}${say('colon')}${hold.by} · ${hold.why}`);
  put('details > .facts', facts.join('\n'));
}

// Numbers, filters and pins follow once for a burst of changes.
let arranging = 0;
function arrange() {
  clearTimeout(arranging);
  arranging = setTimeout(() => {
    const counts = { open: 0, decided: 0, all: findings.size, look: `${wishes.size}${moreWishes ? '+' : ''}` };
    [...findings.keys()].sort().forEach((id, index) => {
      const feature = findings.get(id);
      const card = cards.get(id);
      counts[decided(feature) ? 'decided' : 'open'] += 1;
      card.hidden = !shown(feature);
      card.querySelector('.number').textContent = String(index + 1);
      pin(feature, index + 1);
    });
    for (const button of document.querySelectorAll('[data-filter]')) button.textContent = `${say(button.dataset.filter)} ${counts[button.dataset.filter]}`;
    $('plan').hidden = filter !== 'look' || !wishes.size;
    $('none').hidden = !opened || [...findings.values()].some(shown);
    document.title = `${counts.open ? `(${counts.open}) ` : ''}飞一次 FlyOnce`;
    fit();
  }, 60);
}

const colours = { blue: '#2d7dd2', yellow: '#b98a00', orange: '#d45f00', red: '#c81e2c' };

function pin(feature, rank) {
  if (!map) return;
  marks.get(feature.id)?.forEach((layer) => layer.remove());
  marks.delete(feature.id);
  if (!feature.geometry || !shown(feature)) return;
  const [lon, lat] = feature.geometry.coordinates;
  const { severity, location } = feature.properties;
  const label = document.createElement('b');
  label.textContent = String(rank);
  const icon = L.divIcon({ className: `pin ${severity}`, html: label, iconSize: [44, 44] });
  const ring = L.circle([lat, lon], { radius: location.ce90_m, color: colours[severity] || colours.blue, weight: 1.5, fillOpacity: 0.15, interactive: false });
  // The list has them all for the keyboard.
  const dot = L.marker([lat, lon], { icon, title: title(feature), zIndexOffset: rank, keyboard: false });
  dot.on('click', () => point(feature.id));
  marks.set(feature.id, [ring.addTo(map), dot.addTo(map)]);
}

function fit() {
  const rings = [...marks.values()].map((pair) => pair[0].getBounds());
  if (!map || moved || !rings.length) return;
  const bounds = rings.reduce((all, ring) => all.extend(ring), L.latLngBounds(rings[0].getSouthWest(), rings[0].getNorthEast()));
  map.fitBounds(bounds, { maxZoom: 18, animate: false, paddingTopLeft: [64, 26], paddingBottomRight: [26, 44] });
}

function point(id) {
  const card = cards.get(id);
  if (!card) return;
  card.scrollIntoView({ behavior: 'smooth', block: 'start' });
  flash(card);
}

function flash(card) {
  card.classList.remove('fresh');
  void card.offsetWidth;
  card.classList.add('fresh');
}

function centre(id) {
  const feature = findings.get(id);
  if (!map || !feature?.geometry) return;
  const [lon, lat] = feature.geometry.coordinates;
  moved = true;
  map.setView([lat, lon], 18, { animate: false });
  window.scrollTo({ top: 0, behavior: 'smooth' });
}

function view(id) {
  const evidence = findings.get(id)?.properties.evidence || [];
  const newest = (redacted) => evidence.findLast((item) => item.kind === 'picture' && item.redacted === redacted)
    || evidence.findLast((item) => item.kind === 'thumbnail' && item.redacted === redacted);
  const [redacted, original] = [newest(true), newest(false)];
  if (!redacted && !original) return;
  const button = $('original');
  button.hidden = !redacted || !original;
  button.onclick = () => {
    $('viewer').querySelector('form button').focus();
    button.hidden = true;
    showPicture(original, findings.get(id));
  };
  showPicture(redacted || original, findings.get(id));
  $('viewer').showModal();
}

function showPicture(picture, feature) {
  const image = $('viewer').querySelector('img');
  const frame = $('viewer').querySelector('.framed');
  frame.hidden = false;
  image.src = `/v1/evidence/${picture.sha256}`;
  image.alt = title(feature);
  $('shown').textContent = say(picture.redacted ? 'seenRedacted' : 'seenOriginal');
  image.onerror = () => {
    frame.hidden = true;
    $('shown').textContent = say('broken');
  };
  const mark = $('viewer').querySelector('.mark');
  mark.hidden = !picture.box;
  if (picture.box) {
    const [left, top, right, bottom] = picture.box.map((share) => share * 100);
    Object.assign(mark.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
  }
}

// What was typed for a finding stays until it is taken: the link may be gone just then.
let draft = {};
function dismiss(id) {
  const dialog = $('dismissal');
  $('why').value = draft.id === id ? draft.why : '';
  dialog.returnValue = '';
  dialog.onclose = () => {
    const why = $('why').value.trim();
    draft = { id, why };
    if (dialog.returnValue === 'send' && why) decide(id, 'dismissed', why);
  };
  dialog.showModal();
}

async function decide(id, verdict, why) {
  const buttons = cards.get(id)?.querySelectorAll('.actions button') || [];
  for (const button of buttons) button.disabled = true;
  const response = await call(`/v1/findings/${id}/verdicts`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-FlyOnce': '1' }, body: JSON.stringify({ verdict, why }),
  });
  for (const button of buttons) button.disabled = false;
  if (response?.status === 401) return ask();
  if (!response?.ok) return notify(say(response?.status === 403 ? 'forbidden' : response ? 'failed' : 'unreachable'));
  draft = {};
  notify(say('recorded').replace('{}', word('verdicts', verdict)));
  receive(await response.json());
}

let notifying = 0;
function notify(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
  clearTimeout(notifying);
  notifying = setTimeout(() => { $('notice').hidden = true; }, 5000);
}

function receive(feature, isNew = true) {
  const known = findings.get(feature.id);
  const epoch = findings.values().next().value?.properties.epoch;
  // Another epoch is another store: what was shown before is not in it.
  if (epoch && epoch !== feature.properties.epoch) [...findings.keys()].forEach(forget);
  else if (known && known.properties.revision > feature.properties.revision) return;
  findings.set(feature.id, feature);
  draw(feature);
  if (!known && isNew && opened && Date.now() - opened > 3000) flash(cards.get(feature.id));
  // What the list of looks shows stays: it is seldom of the newest.
  if (findings.size > limit) forget([...findings.keys()].filter((id) => id !== wanted && !(filter === 'look' && wishes.has(id))).sort()[0]);
  arrange();
}

function forget(id) {
  marks.get(id)?.forEach((layer) => layer.remove());
  cards.get(id)?.remove();
  for (const table of [marks, cards, findings]) table.delete(id);
}

function state(key) {
  $('state').textContent = say(key);
  $('state').className = key;
}

function follow() {
  const events = new EventSource('/v1/events');
  events.addEventListener('finding', (event) => receive(JSON.parse(event.data)));
  events.onopen = () => {
    state('live');
    if (opened) {
      // What changed without an event, and pictures that did not come, while the connection was gone.
      lookUp();
      lookAtClocks();
      findings.forEach(draw);
    }
    opened = opened || Date.now();
    arrange();
  };
  events.onerror = () => {
    state('lost');
    if (events.readyState !== EventSource.CLOSED) return;
    // Refused for good: the token ended, or the store is another one. The browser does not try again by itself.
    setTimeout(async () => {
      const response = await call('/v1/findings?limit=1');
      if (response?.status === 401) return ask();
      follow();
    }, 5000);
  };
}

function startMap() {
  if (typeof L === 'undefined') return $('map').remove();
  if (map) return;
  map = L.map('map', { attributionControl: false, zoomSnap: 0.25 }).setView([30, 110], 4);
  nameZoom();
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  const north = L.control({ position: 'topright' });
  north.onAdd = () => Object.assign(document.createElement('div'), { className: 'north', textContent: 'N ↑' });
  north.addTo(map);
  map.getContainer().addEventListener('pointerdown', () => { moved = true; });
}

function nameZoom() {
  for (const [name, key] of [['in', 'nearer'], ['out', 'farther']]) {
    const button = $('map')?.querySelector(`.leaflet-control-zoom-${name}`);
    if (!button) continue;
    button.title = say(key);
    button.setAttribute('aria-label', say(key));
  }
}

function ask() {
  $('login').hidden = false;
  $('app').hidden = true;
  $('state').textContent = '';
  $('token').focus();
}

async function enter(token) {
  const response = await call('/session', { method: 'POST', headers: { 'X-FlyOnce': '1' }, body: token });
  if (!response?.ok) $('refused').textContent = say(response?.status === 401 ? 'refused' : 'unreachable');
  return response?.ok ?? false;
}

// However old it is, and whatever was decided of it.
async function show(id) {
  choose('all');
  const response = await call(`/v1/findings/${id}`);
  if (!response?.ok) return notify(say('missing'));
  receive(await response.json());
  setTimeout(() => point(id), 500);
}

// The most urgent; all of them are in the plan.
const looksShown = 50;
let lookedFor = 0;
async function lookUp() {
  const turn = ++lookedFor;
  const response = await call(`/v1/reflights?limit=${looksShown}`);
  if (!response?.ok || turn !== lookedFor) return;
  const { features, more } = await response.json();
  moreWishes = more;
  const before = [...wishes.keys()];
  wishes.clear();
  for (const { id, properties } of features) wishes.set(id, properties);
  for (const id of new Set([...before, ...wishes.keys()])) if (findings.has(id)) draw(findings.get(id));
  arrange();
  if (filter !== 'look') return;
  for (const id of wishes.keys()) {
    if (findings.has(id)) continue;
    const finding = await call(`/v1/findings/${id}`);
    if (turn !== lookedFor) return;
    if (finding?.ok) receive(await finding.json(), false);
  }
}

// Cases go on by themselves, and a limit ends without a change.
async function lookAtClocks() {
  const response = await call('/v1/cases?limit=1000');
  if (!response?.ok) return;
  const { cases } = await response.json();
  const before = [...clocks.keys()];
  clocks.clear();
  // Of several platforms the one that is due first.
  for (const one of cases) if (!clocks.has(one.finding)) clocks.set(one.finding, one);
  for (const id of new Set([...before, ...clocks.keys()])) if (findings.has(id)) draw(findings.get(id));
}

// A link of an alert that is followed while the page is open.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) return location.reload();
  wanted = linked();
  if (wanted && !$('app').hidden) show(wanted);
});

function choose(name) {
  filter = name;
  if (name === 'look') lookUp();
  for (const button of document.querySelectorAll('[data-filter]')) button.setAttribute('aria-pressed', String(button.dataset.filter === name));
  arrange();
}

async function begin() {
  translate();
  if (location.hash.startsWith('#token=')) {
    const token = location.hash.slice(7);
    history.replaceState(null, '', '/');
    await enter(token);
  }
  const response = await call('/v1/findings?limit=1');
  if (response?.status === 401) return ask();
  $('login').hidden = true;
  $('app').hidden = false;
  arrange();
  startMap();
  arrange();
  follow();
  lookUp();
  lookAtClocks();
  if (wanted) show(wanted);
}

$('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  stored.set(language);
  translate();
  if ($('state').textContent) state($('state').className);
});
$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('refused').textContent = '';
  if (await enter($('token').value)) return begin();
});
$('viewer').addEventListener('click', (event) => { if (event.target.tagName === 'IMG' || event.target === $('viewer')) $('viewer').close(); });
for (const button of document.querySelectorAll('[data-filter]')) {
  button.addEventListener('click', () => choose(button.dataset.filter));
}
setInterval(() => { if (!$('app').hidden) lookUp(); }, 300000);
setInterval(() => { if (!$('app').hidden) lookAtClocks(); }, 60000);
begin();
