'use strict';
// The officers' page: the list follows /v1/events; nothing is kept here that the gateway does not say.
const words = {
  zh: { token: '访问令牌', enter: '进入', refused: '令牌无效', none: '还没有线索', all: '全部', open: '待处理', decided: '已处理',
    live: '实时', lost: '连接中断，正在重连…', why: '误报原因', cancel: '取消', dismiss: '误报', uphold: '属实', navigate: '导航',
    reasons: '为什么', close: '关闭', case: '案卷', nowhere: '无位置', seen: '次', upheld: '已核实', handled: '已处置',
    dismissed: '误报', failed: '没有成功，请重试', confidence: '置信度',
    stages: { reported: '上报', accepted: '受理', dispatched: '分流', handling: '处置', fed_back: '反馈', checking: '核查', closed: '办结', rejected: '不予受理' } },
  en: { token: 'Access token', enter: 'Enter', refused: 'This token is not valid', none: 'No findings yet', all: 'All', open: 'Open', decided: 'Decided',
    live: 'live', lost: 'connection lost, retrying…', why: 'Why is it a false alarm?', cancel: 'Cancel', dismiss: 'False alarm', uphold: 'Uphold', navigate: 'Navigate',
    reasons: 'Why', close: 'Close', case: 'Case', nowhere: 'no position', seen: 'sightings', upheld: 'upheld', handled: 'handled',
    dismissed: 'dismissed', failed: 'It did not work, please try again', confidence: 'confidence',
    stages: { reported: 'reported', accepted: 'accepted', dispatched: 'dispatched', handling: 'handling', fed_back: 'fed back', checking: 'checking', closed: 'closed', rejected: 'rejected' } },
};
const $ = (id) => document.getElementById(id);
let language = localStorage.getItem('language') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
let filter = 'all';
const findings = new Map();
const cards = new Map();
let map = null;
const marks = new Map();
let fitted = false;

const say = (key) => words[language][key];

function translate() {
  document.documentElement.lang = language;
  $('language').textContent = language === 'zh' ? 'English' : '中文';
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text);
  for (const button of document.querySelectorAll('[data-filter]')) button.textContent = say(button.dataset.filter);
  document.querySelector('#viewer button').textContent = say('close');
  for (const feature of findings.values()) draw(feature, false);
}

function decided(feature) {
  const properties = feature.properties;
  return properties.status === 'dismissed' || properties.status === 'closed' || (properties.verdicts || []).length > 0;
}

function shown(feature) {
  return filter === 'all' || (filter === 'decided') === decided(feature);
}

function place(feature) {
  if (!feature.geometry) return `${say('nowhere')} (${feature.properties.location_refused || ''})`;
  const [lon, lat] = feature.geometry.coordinates;
  const location = feature.properties.location;
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}  ±${location.ce90_m.toFixed(1)} m (CE90)`;
}

function draw(feature, fresh) {
  const properties = feature.properties;
  let card = cards.get(feature.id);
  if (!card) {
    card = $('card').content.firstElementChild.cloneNode(true);
    cards.set(feature.id, card);
    card.querySelector('.picture').addEventListener('click', () => view(feature.id));
    card.querySelector('.uphold').addEventListener('click', () => decide(feature.id, 'upheld', ''));
    card.querySelector('.dismiss').addEventListener('click', () => dismiss(feature.id));
    card.querySelector('h2').addEventListener('click', () => centre(feature.id));
    $('findings').prepend(card);
  }
  card.className = `card ${properties.severity} ${properties.status}${fresh ? ' fresh' : ''}`;
  card.querySelector('h2').textContent = properties.title[language] || properties.title.zh;
  const record = properties.case;
  card.querySelector('.case').textContent = record ? `${say('case')} ${record.number} · ${say('stages')[record.stage] || record.stage}` : '';
  card.querySelector('.place').textContent = place(feature);
  const when = new Date(properties.first_seen).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
  card.querySelector('.time').textContent =
    `${when} · ${properties.sightings} ${say('seen')} · ${say('confidence')} ${Math.round(properties.confidence * 100)}%`;
  const picture = (properties.evidence || []).find((item) => item.kind === 'picture');
  const image = card.querySelector('.picture img');
  if (picture && image.dataset.hash !== picture.sha256) {
    image.dataset.hash = picture.sha256;
    image.src = `/v1/evidence/${picture.sha256}`;
  }
  image.alt = properties.title[language] || '';
  const clip = (properties.evidence || []).find((item) => item.kind === 'clip');
  const video = card.querySelector('.clip');
  if (clip && video.dataset.hash !== clip.sha256) {
    video.dataset.hash = clip.sha256;
    video.src = `/v1/evidence/${clip.sha256}`;
    video.hidden = false;
  }
  card.querySelector('summary').textContent = `${say('reasons')}: ${properties.rule.id} ${properties.rule.version}`;
  const list = card.querySelector('.reasons');
  list.replaceChildren(...properties.rule.reasons.map((reason) => {
    const item = document.createElement('li');
    const code = document.createElement('code');
    code.textContent = reason.condition;
    const values = Object.entries(reason.values).map(([name, value]) => `${name} = ${value}`).join(', ');
    item.append(code, values ? ` (${values})` : '');
    return item;
  }));
  const last = (properties.verdicts || []).at(-1);
  card.querySelector('.verdict').textContent = last ? `${say(last.verdict)} · ${last.by}${last.why ? ' · ' + last.why : ''}` : '';
  card.querySelector('.uphold').textContent = say('uphold');
  card.querySelector('.dismiss').textContent = say('dismiss');
  for (const name of ['.uphold', '.dismiss']) card.querySelector(name).hidden = decided(feature);
  const link = card.querySelector('.navigate');
  link.textContent = say('navigate');
  link.hidden = !feature.geometry;
  if (feature.geometry) {
    const [lon, lat] = feature.geometry.coordinates;
    link.href = `geo:${lat},${lon}?q=${lat},${lon}`;
  }
  card.hidden = !shown(feature);
  pin(feature);
}

const colours = { blue: '#2d7dd2', yellow: '#d9a400', orange: '#e06c00', red: '#c81e2c' };

function pin(feature) {
  if (!map || !feature.geometry) return;
  const [lon, lat] = feature.geometry.coordinates;
  const colour = colours[feature.properties.severity] || colours.blue;
  marks.get(feature.id)?.forEach((layer) => layer.remove());
  if (!shown(feature)) return;
  const ring = L.circle([lat, lon], { radius: feature.properties.location.ce90_m, color: colour, weight: 1, fillOpacity: 0.15 });
  const dot = L.circleMarker([lat, lon], { radius: 7, color: '#fff', weight: 2, fillColor: colour, fillOpacity: 1 });
  dot.on('click', () => cards.get(feature.id)?.scrollIntoView({ behavior: 'smooth', block: 'center' }));
  marks.set(feature.id, [ring.addTo(map), dot.addTo(map)]);
  if (!fitted) scheduleFit();
}

let fitTimer = 0;
function scheduleFit() {
  clearTimeout(fitTimer);
  fitTimer = setTimeout(() => {
    const layers = [...marks.values()].map((pair) => pair[1].getLatLng());
    if (layers.length) map.fitBounds(L.latLngBounds(layers).pad(0.25), { maxZoom: 18, animate: false });
  }, 150);
}

function centre(id) {
  const feature = findings.get(id);
  if (!map || !feature?.geometry) return;
  const [lon, lat] = feature.geometry.coordinates;
  map.setView([lat, lon], 18);
  window.scrollTo({ top: 0, behavior: 'smooth' });
}

function view(id) {
  const picture = findings.get(id)?.properties.evidence.find((item) => item.kind === 'picture');
  if (!picture) return;
  $('viewer').querySelector('img').src = `/v1/evidence/${picture.sha256}`;
  $('viewer').showModal();
}

function dismiss(id) {
  const dialog = $('dismissal');
  $('why').value = '';
  dialog.returnValue = '';
  dialog.onclose = () => { if (dialog.returnValue === 'send' && $('why').value.trim()) decide(id, 'dismissed', $('why').value.trim()); };
  dialog.showModal();
}

async function decide(id, verdict, why) {
  const response = await fetch(`/v1/findings/${id}/verdicts`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-FlyOnce': '1' }, body: JSON.stringify({ verdict, why }),
  }).catch(() => null);
  if (!response?.ok) return alert(say('failed'));
  receive(await response.json());
}

function receive(feature) {
  const known = findings.get(feature.id);
  if (known && known.properties.revision > feature.properties.revision) return;
  findings.set(feature.id, feature);
  $('none').hidden = true;
  draw(feature, !known);
}

function follow() {
  const events = new EventSource('/v1/events');
  events.addEventListener('finding', (event) => receive(JSON.parse(event.data)));
  events.onopen = () => { $('state').textContent = say('live'); $('state').className = ''; };
  events.onerror = () => { $('state').textContent = say('lost'); $('state').className = 'lost'; };
}

function startMap() {
  if (typeof L === 'undefined') return $('map').remove();
  map = L.map('map', { attributionControl: false, zoomSnap: 0.5 }).setView([28.9, 118.5], 15);
  L.control.scale({ imperial: false }).addTo(map);
  map.on('dragstart zoomstart', (event) => { if (event.originalEvent) fitted = true; });
}

async function enter(token) {
  const response = await fetch('/session', { method: 'POST', headers: { 'X-FlyOnce': '1' }, body: token }).catch(() => null);
  return response?.ok ?? false;
}

async function begin() {
  translate();
  if (location.hash.startsWith('#token=')) {
    await enter(decodeURIComponent(location.hash.slice(7)));
    history.replaceState(null, '', '/');
  }
  const response = await fetch('/v1/findings?limit=1').catch(() => null);
  if (!response?.ok) {
    $('login').hidden = false;
    return;
  }
  $('login').hidden = true;
  $('app').hidden = false;
  $('none').hidden = false;
  startMap();
  follow();
}

$('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', language);
  translate();
});
$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (await enter($('token').value)) return begin();
  $('refused').textContent = say('refused');
});
for (const button of document.querySelectorAll('[data-filter]')) {
  button.addEventListener('click', () => {
    filter = button.dataset.filter;
    for (const other of document.querySelectorAll('[data-filter]')) other.setAttribute('aria-pressed', String(other === button));
    for (const feature of findings.values()) draw(feature, false);
  });
}
begin();
