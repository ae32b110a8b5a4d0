import { escapeXml, randomFrom } from './render.ts';

const RED = '#c0273a';
const BLUE = '#2b5fa8';

/** The middle of each slide (y from 80 to 608 of 1280x720), as SVG. */
export const SLIDE_BODIES: readonly string[] = [
  opening('Informations générales', 'Première année des études de santé', 'Pr Hélène Lefèvre — Année 2016–2017'),
  points('Le cœur : rappels d’anatomie', [
    'Muscle creux, à l’intérieur du médiastin antérieur',
    'Quatre cavités : deux oreillettes, deux ventricules',
    'Le péricarde l’enveloppe et limite sa distension',
    'Masse moyenne : 300 g chez l’homme, 250 g chez la femme',
    'Artères coronaires : naissent à l’origine de l’aorte',
  ]),
  heading('La double circulation') + circulation(),
  heading('Coupe de muqueuse gastrique') + micrograph() + caption('Coloration hématéine-éosine, grossissement × 200'),
  heading('Électrocardiogramme normal') + cardiogram() + caption('Dérivation D II, 25 mm/s, 10 mm/mV'),
  heading('Fréquentation des amphithéâtres') + columns(),
  heading('Constantes biologiques usuelles') + table(),
  heading('Radiographie du thorax de face') +
    radiograph() +
    caption('Cliché debout, en inspiration forcée : hémicoupole droite surélevée'),
  heading('Débit cardiaque') + formula(),
];

function heading(text: string): string {
  return `<text x="64" y="146" font-size="42" font-weight="bold" fill="#14305c">${escapeXml(text)}</text>`;
}

function caption(text: string): string {
  return `<text x="640" y="594" font-size="20" font-style="italic" fill="#555" text-anchor="middle">${escapeXml(text)}</text>`;
}

function opening(title: string, subtitle: string, who: string): string {
  return `
    <rect x="64" y="190" width="10" height="250" fill="#c8102e"/>
    <text x="104" y="270" font-size="66" font-weight="bold" fill="#14305c">${escapeXml(title)}</text>
    <text x="104" y="340" font-size="36" fill="#333">${escapeXml(subtitle)}</text>
    <text x="104" y="424" font-size="28" font-family="DejaVu Serif" font-style="italic" fill="#666">${escapeXml(who)}</text>`;
}

function points(title: string, lines: readonly string[]): string {
  const items = lines.map(
    (line, at) =>
      `<circle cx="84" cy="${213 + at * 76}" r="8" fill="#c8102e"/>` +
      `<text x="112" y="${224 + at * 76}" font-size="32" fill="#222">${escapeXml(line)}</text>`,
  );
  return heading(title) + items.join('');
}

function circulation(): string {
  const box = (x: number, y: number, width: number, label: string, fill: string): string =>
    `<rect x="${x}" y="${y}" width="${width}" height="86" rx="16" fill="${fill}" stroke="#222" stroke-width="2"/>` +
    `<text x="${x + width / 2}" y="${y + 52}" font-size="26" fill="#fff" text-anchor="middle">${escapeXml(label)}</text>`;
  const arrow = (path: string, colour: string): string =>
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="9" marker-end="url(#${colour === RED ? 'r' : 'b'})"/>`;
  return `
    <defs>${['r', 'b'].map((id) => `<marker id="${id}" markerWidth="5" markerHeight="5" refX="2.5" refY="2.5" orient="auto"><path d="M0,0 L5,2.5 L0,5 z" fill="${id === 'r' ? RED : BLUE}"/></marker>`).join('')}</defs>
    ${box(490, 178, 300, 'Poumons', '#7a8ca5')}${box(490, 500, 300, 'Organes', '#7d6b58')}
    ${box(330, 338, 260, 'Cœur droit', BLUE)}${box(690, 338, 260, 'Cœur gauche', RED)}
    ${arrow('M400,338 C380,260 420,221 470,221', BLUE)}${arrow('M790,221 C870,221 900,270 884,318', RED)}
    ${arrow('M884,424 C900,500 870,543 810,543', RED)}${arrow('M490,543 C400,543 370,500 392,444', BLUE)}
    <text x="70" y="290" font-size="24" fill="#333">Petite circulation</text>
    <text x="70" y="320" font-size="20" fill="#777">basse pression</text>
    <text x="1000" y="490" font-size="24" fill="#333">Grande circulation</text>
    <text x="1000" y="520" font-size="20" fill="#777">haute pression</text>`;
}

/** A stained section: pink ground, glands with cells around them, nuclei. */
function micrograph(): string {
  const random = randomFrom(41);
  const blobs: string[] = [];
  for (let gland = 0; gland < 46; gland++) {
    const x = 150 + random() * 980;
    const y = 190 + random() * 360;
    const rx = 26 + random() * 30;
    const ry = 20 + random() * 26;
    blobs.push(
      `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#f6dfe9" stroke="#c66fa0" stroke-width="9" opacity="0.9"/>`,
    );
    for (let cell = 0; cell < 16; cell++) {
      const angle = (cell / 16) * 2 * Math.PI + random() * 0.3;
      blobs.push(
        `<circle cx="${x + rx * Math.cos(angle)}" cy="${y + ry * Math.sin(angle)}" r="${3 + random() * 3}" fill="#5b2a7d" opacity="0.85"/>`,
      );
    }
  }
  return photo(
    'm',
    `<rect x="140" y="176" width="1000" height="390" fill="#e9a9c6"/><g filter="url(#blur-m)">${blobs.join('')}</g>`,
    0.012,
  );
}

/** A chest film: dark lungs, bright ribs, spine and heart. */
function radiograph(): string {
  const ribs = Array.from({ length: 8 }, (_, at) => {
    const y = 200 + at * 38;
    const bow = 70 + at * 16;
    return (
      `<path d="M640,${y} C${640 - bow},${y - 40} ${560 - bow * 1.6},${y} ${520 - bow},${y + 74}" fill="none" stroke="#d8dde0" stroke-width="11" opacity="0.28"/>` +
      `<path d="M640,${y} C${640 + bow},${y - 40} ${720 + bow * 1.6},${y} ${760 + bow},${y + 74}" fill="none" stroke="#d8dde0" stroke-width="11" opacity="0.28"/>`
    );
  });
  return photo(
    'x',
    `<rect x="340" y="172" width="600" height="396" fill="#5d656b"/>
     <g filter="url(#blur-x)"><ellipse cx="530" cy="390" rx="112" ry="190" fill="#14181b"/><ellipse cx="750" cy="390" rx="112" ry="190" fill="#14181b"/>
     <rect x="618" y="172" width="44" height="396" fill="#cfd5d8" opacity="0.8"/>
     <path d="M640,330 C740,330 800,440 770,500 C720,540 600,530 590,480 C584,420 600,340 640,330 z" fill="#dfe4e6" opacity="0.85"/>
     <path d="M340,568 C420,470 560,470 640,540 C720,500 860,490 940,568 z" fill="#e8ecee" opacity="0.9"/></g>
     <g filter="url(#thin-x)">${ribs.join('')}</g>
     <text x="362" y="204" font-size="24" fill="#fff">D</text>`,
    0.9,
  );
}

/** Adds blur and grain, so that a drawing looks like a photo. */
function photo(id: string, content: string, grain: number): string {
  return `
    <defs><clipPath id="clip-${id}"><rect x="${id === 'x' ? 340 : 140}" y="172" width="${id === 'x' ? 600 : 1000}" height="396"/></clipPath>
    <filter id="blur-${id}"><feGaussianBlur stdDeviation="${id === 'x' ? 12 : 1.6}"/></filter>
    <filter id="thin-${id}"><feGaussianBlur stdDeviation="2.5"/></filter>
    <filter id="grain-${id}" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="${grain}" numOctaves="4" seed="5"/>
      <feColorMatrix type="matrix" values="0 0 0 0 0.3  0 0 0 0 0.25  0 0 0 0 0.3  0.9 0 0 0 -0.32"/></filter></defs>
    <g clip-path="url(#clip-${id})">${content}
    <rect x="${id === 'x' ? 340 : 140}" y="172" width="${id === 'x' ? 600 : 1000}" height="396" filter="url(#grain-${id})" opacity="0.55"/></g>`;
}

function cardiogram(): string {
  const grid = (step: number, width: number): string =>
    `<path d="${lines(step)}" stroke="#f0a0a0" stroke-width="${width}" fill="none"/>`;
  const beat = (at: number): string =>
    ` l14,0 q14,-26 28,0 l12,0 l6,10 l10,-140 l12,172 l8,-42 l22,0 q26,-50 52,0 l${at % 2 ? 26 : 30},0`;
  const trace = Array.from({ length: 5 }, (_, at) => beat(at)).join('');
  return `<rect x="120" y="180" width="1040" height="380" fill="#fff5f3"/>${grid(10, 0.6)}${grid(50, 1.6)}
    <path d="M150,410${trace}" fill="none" stroke="#111" stroke-width="3.5" stroke-linejoin="round"/>
    <g font-size="20" fill="#14305c"><text x="182" y="372">P</text><text x="206" y="258">QRS</text><text x="296" y="366">T</text></g>`;
}

function lines(step: number): string {
  const across = Array.from({ length: 380 / step + 1 }, (_, at) => `M120,${180 + at * step}H1160`);
  const down = Array.from({ length: 1040 / step + 1 }, (_, at) => `M${120 + at * step},180V560`);
  return [...across, ...down].join(' ');
}

function columns(): string {
  const halls = [
    ['A', 310],
    ['B', 285],
    ['C', 240],
    ['D', 420],
    ['E', 195],
    ['F', 260],
    ['G', 150],
  ] as const;
  const bars = halls.map(([name, seats], at) => {
    const height = seats * 0.78;
    const x = 170 + at * 142;
    return `<rect x="${x}" y="${540 - height}" width="92" height="${height}" fill="${name === 'D' ? '#c8102e' : '#3d6ab0'}"/>
      <text x="${x + 46}" y="${530 - height}" font-size="24" fill="#222" text-anchor="middle">${seats}</text>
      <text x="${x + 46}" y="574" font-size="24" fill="#222" text-anchor="middle">Amphi ${name}</text>`;
  });
  return `<path d="M140,540H1160" stroke="#222" stroke-width="2"/>${bars.join('')}
    <text x="1200" y="200" font-size="22" fill="#555" text-anchor="end">étudiants présents, semaine 3</text>`;
}

function table(): string {
  const rows = [
    ['Glycémie à jeun', '3,9 – 5,5', 'mmol/l'],
    ['Créatininémie', '50 – 110', 'µmol/l'],
    ['Natrémie', '135 – 145', 'mmol/l'],
    ['Kaliémie', '3,5 – 5,0', 'mmol/l'],
    ['Hémoglobine', '12 – 17', 'g/dl'],
  ];
  const cells = rows.map(([what, range, unit], at) => {
    const y = 246 + at * 64;
    return `<rect x="120" y="${y}" width="1040" height="64" fill="${at % 2 ? '#eef2f8' : '#fff'}"/>
      <g font-size="28" fill="#222"><text x="150" y="${y + 42}">${what}</text><text x="760" y="${y + 42}" text-anchor="middle">${range}</text><text x="1020" y="${y + 42}">${unit}</text></g>`;
  });
  return `<rect x="120" y="182" width="1040" height="64" fill="#14305c"/><g font-size="26" font-weight="bold" fill="#fff">
    <text x="150" y="224">Paramètre</text><text x="760" y="224" text-anchor="middle">Valeurs</text><text x="1020" y="224">Unité</text></g>${cells.join('')}`;
}

function formula(): string {
  const curve = Array.from({ length: 90 }, (_, at) => {
    const x = 720 + at * 5;
    const y = 540 - 300 * (1 - Math.exp(-at / 26)) * (1 - Math.max(0, at - 55) * 0.006);
    return `${at ? 'L' : 'M'}${x},${y.toFixed(1)}`;
  }).join(' ');
  return `<g font-family="DejaVu Serif"><text x="70" y="262" font-size="46" fill="#111">Q = FC × VES</text>
    <text x="70" y="344" font-size="30" fill="#333">70 min⁻¹ × 80 ml</text><text x="70" y="390" font-size="30" fill="#333">≈ 5,6 l·min⁻¹</text>
    <text x="70" y="480" font-size="26" font-style="italic" fill="#666">Loi de Frank-Starling : le volume d’éjection</text>
    <text x="70" y="514" font-size="26" font-style="italic" fill="#666">croît avec le remplissage.</text></g>
    <path d="M720,200V540H1190" fill="none" stroke="#222" stroke-width="3"/><path d="${curve}" fill="none" stroke="#c8102e" stroke-width="6"/>
    <text x="735" y="196" font-size="20" fill="#333">débit (l/min)</text><text x="1190" y="574" font-size="20" fill="#333" text-anchor="end">pression auriculaire droite (mmHg)</text>`;
}
