/** The hall as the camera sees it, 1280x720: wall, board with chalk, desk. */
export const HALL = `
  <defs>
    <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8d8577"/><stop offset="1" stop-color="#d3c9b6"/></linearGradient>
    <radialGradient id="board" cx="0.5" cy="0.3" r="0.9"><stop offset="0" stop-color="#2f5a49"/><stop offset="1" stop-color="#1b382d"/></radialGradient>
    <linearGradient id="desk" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8a5a33"/><stop offset="0.12" stop-color="#6d4527"/><stop offset="1" stop-color="#3f2716"/></linearGradient>
    <radialGradient id="lamp" cx="0.5" cy="0" r="0.8"><stop offset="0" stop-color="#fff6dd" stop-opacity="0.55"/><stop offset="1" stop-color="#fff6dd" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="1280" height="720" fill="url(#wall)"/>
  <rect width="1280" height="76" fill="#2a2a2c"/>
  <rect x="90" y="76" width="300" height="10" fill="#fffbe8"/><rect x="890" y="76" width="300" height="10" fill="#fffbe8"/>
  <rect y="76" width="1280" height="260" fill="url(#lamp)"/>
  <rect x="150" y="118" width="980" height="380" fill="#8b6b43"/>
  <rect x="164" y="132" width="952" height="352" fill="url(#board)"/>
  <path d="M640,132V484" stroke="#142b22" stroke-width="4"/>
  <g font-family="DejaVu Serif" font-style="italic" fill="#eef3ea" opacity="0.88">
    <text x="200" y="196" font-size="34">Débit cardiaque</text>
    <text x="214" y="256" font-size="40">Q = FC × VES</text>
    <text x="214" y="310" font-size="26">≈ 5 l/min au repos</text>
    <text x="690" y="190" font-size="30">À retenir :</text>
    <text x="700" y="236" font-size="24">pré-charge, post-charge,</text>
    <text x="700" y="270" font-size="24">contractilité</text>
  </g>
  <g fill="none" stroke="#eef3ea" stroke-width="4" opacity="0.8">
    <path d="M230,450V350M230,450H430"/><path d="M230,446C280,440 300,372 420,362"/>
    <path d="M760,320C720,290 680,330 710,380C730,420 770,440 780,460C790,440 850,420 862,370C876,326 820,296 790,326C784,332 770,330 760,320z"/>
    <path d="M786,330V400M740,390H840"/>
  </g>
  <rect x="150" y="484" width="980" height="16" fill="#a5834f"/>
  <rect x="0" y="560" width="1280" height="160" fill="#574f45"/>`;

/** Size of the teacher's drawing. */
export const TEACHER_SIZE = { widthPx: 360, heightPx: 440 };

/** Draws the teacher down to the knees; `arm`: down, up (points at the board) or out. */
export function TEACHER(arm: string, mouthOpen: boolean): string {
  const pointing = {
    down: 'M232,176 C258,230 262,290 250,346',
    up: 'M230,172 C270,150 296,104 318,52',
    out: 'M230,176 C268,196 300,192 330,170',
  }[arm];
  const hand = { down: [249, 354], up: [321, 44], out: [336, 166] }[arm] as [number, number];
  return `
    <defs><linearGradient id="coat" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#22304d"/><stop offset="0.5" stop-color="#3b5080"/><stop offset="1" stop-color="#26365a"/></linearGradient>
    <radialGradient id="skin" cx="0.45" cy="0.4" r="0.7"><stop offset="0" stop-color="#f0c8a6"/><stop offset="1" stop-color="#cf9a74"/></radialGradient></defs>
    <path d="M132,330 L124,440 H178 L184,350 L192,440 H246 L238,330 z" fill="#2b2b30"/>
    <path d="M134,180 C110,230 104,290 116,350" fill="none" stroke="#2a3a60" stroke-width="36" stroke-linecap="round"/>
    <circle cx="117" cy="358" r="17" fill="url(#skin)"/>
    <path d="M118,176 C126,150 158,142 182,142 C208,142 240,150 248,176 L246,352 H120 z" fill="url(#coat)"/>
    <path d="M160,142 L184,232 L206,142 z" fill="#f4f4f0"/>
    <path d="M178,152 L190,152 L194,222 L184,238 L174,222 z" fill="#8e1f2f"/>
    <path d="M160,142 L150,170 L184,236 M206,142 L218,170 L184,236" fill="none" stroke="#1d2945" stroke-width="4"/>
    <rect x="168" y="118" width="30" height="34" rx="10" fill="#c9946e"/>
    <ellipse cx="183" cy="82" rx="40" ry="50" fill="url(#skin)"/>
    <path d="M142,80 C138,30 166,20 186,20 C216,20 232,42 224,82 C220,60 206,48 186,50 C164,48 148,58 142,80 z" fill="#4a3b32"/>
    <g fill="none" stroke="#333" stroke-width="3"><circle cx="168" cy="80" r="11"/><circle cx="200" cy="80" r="11"/><path d="M179,79H189"/></g>
    <circle cx="168" cy="81" r="4" fill="#222"/><circle cx="200" cy="81" r="4" fill="#222"/>
    <path d="M184,84 L180,98 H187" fill="none" stroke="#b07a58" stroke-width="3"/>
    ${mouthOpen ? '<ellipse cx="184" cy="112" rx="11" ry="7" fill="#6d2230"/>' : '<path d="M172,111 Q184,117 196,111" fill="none" stroke="#8a3b40" stroke-width="4"/>'}
    <path d="${pointing}" fill="none" stroke="#344873" stroke-width="36" stroke-linecap="round"/>
    <circle cx="${hand[0]}" cy="${hand[1]}" r="17" fill="url(#skin)"/>
    ${arm === 'up' ? '<path d="M322,36 L336,8" stroke="#f3c9a7" stroke-width="8" stroke-linecap="round"/>' : ''}`;
}

/** Upper edge of the desk in the picture; the desk, with lap-top and microphone, is drawn over the teacher. */
export const DESK_TOP = 528;
/** Size of the desk's drawing. */
export const DESK_SIZE = { widthPx: 1280, heightPx: 192 };
/** Drawing of the desk. */
export const DESK = `
  <defs><linearGradient id="front" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8a5a33"/><stop offset="0.14" stop-color="#6d4527"/><stop offset="1" stop-color="#3f2716"/></linearGradient></defs>
  <path d="M0,62 H1280 V192 H0 z" fill="url(#front)"/><path d="M0,62 H1280" stroke="#b07f4e" stroke-width="6"/>
  <path d="M950,60 L966,10 H1084 L1100,60 z" fill="#3a3d42"/><circle cx="1025" cy="34" r="7" fill="#b9c0c9"/>
  <path d="M300,60 C300,26 316,22 328,16" fill="none" stroke="#222" stroke-width="5"/><ellipse cx="334" cy="13" rx="11" ry="7" fill="#111"/>`;
