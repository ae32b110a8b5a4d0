import type { Rect } from '#lib/media/geometry.ts';
import type { Channel, Layout, LayoutWindow, Overlay, TextStyle } from '#lib/media/layout.ts';

/**
 * The twelve factory layouts of the SMP 351, numbers 1 to 12 in order. Names and order are the device's (user guide
 * 68-2238-01, AMX control programs, the reply `3*PBP Mid LFT,7*Side By Side` of `49I`); the geometry is ours. It is
 * drawn on a grid of 1280x720, on which every window has even pixels and the 16:9 shape of its source. Texts and logos
 * stand at the margins, or, if a window fills the canvas, in a band at its top edge: nothing is drawn over the lower 22
 * % of a window.
 */
export const factoryLayouts: readonly Layout[] = [
  layout(
    'PBP Upp LFT',
    [window('A', px(364, 128, 896, 504)), window('B', px(20, 128, 320, 180))],
    [
      ...logos(px(20, 16, 120, 96), px(156, 16, 120, 96)),
      text('title', '{title}', px(364, 16, 896, 96), titleStyle()),
      text('presenter', '{presenter}', px(20, 324, 320, 60), presenterStyle()),
      text('details', '{course}\n{series}', px(20, 388, 320, 140), detailsStyle()),
      text('place', '{hall} · {date}', px(364, 648, 640, 44), detailsStyle({ valign: 'middle' })),
      clock(px(1020, 648, 240, 44)),
    ],
  ),
  layout(
    'PBP Upp RHT',
    [window('A', px(20, 128, 896, 504)), window('B', px(940, 128, 320, 180))],
    [
      ...logos(px(20, 16, 120, 96), px(156, 16, 120, 96)),
      text('title', '{title}', px(300, 16, 960, 96), titleStyle()),
      text('presenter', '{presenter}', px(940, 324, 320, 60), presenterStyle()),
      text('details', '{course}\n{series}', px(940, 388, 320, 140), detailsStyle()),
      text('place', '{hall} · {date}', px(20, 648, 640, 44), detailsStyle({ valign: 'middle' })),
      clock(px(940, 648, 320, 44)),
    ],
  ),
  layout(
    'PBP Mid LFT',
    [window('A', px(428, 128, 832, 468)), window('B', px(20, 252, 384, 216))],
    [
      ...logos(px(20, 16, 120, 96), px(156, 16, 120, 96)),
      text('title', '{title}', px(428, 16, 832, 96), titleStyle()),
      text('presenter', '{presenter}', px(20, 140, 384, 96), presenterStyle({ valign: 'bottom' })),
      text('details', '{course}\n{series}', px(20, 484, 384, 112), detailsStyle()),
      text('place', '{hall} · {date}', px(428, 624, 580, 44), detailsStyle({ valign: 'middle' })),
      clock(px(1020, 624, 240, 44)),
    ],
  ),
  layout(
    'PBP Mid RHT',
    [window('A', px(20, 128, 832, 468)), window('B', px(876, 252, 384, 216))],
    [
      ...logos(px(20, 16, 120, 96), px(156, 16, 120, 96)),
      text('title', '{title}', px(300, 16, 960, 96), titleStyle()),
      text('presenter', '{presenter}', px(876, 140, 384, 96), presenterStyle({ valign: 'bottom' })),
      text('details', '{course}\n{series}', px(876, 484, 384, 112), detailsStyle()),
      text('place', '{hall} · {date}', px(20, 624, 580, 44), detailsStyle({ valign: 'middle' })),
      clock(px(876, 624, 384, 44)),
    ],
  ),
  layout('PIP Upp LFT', [window('A', wholeCanvas()), window('B', px(24, 68, 320, 180), 1)], header()),
  layout('PIP Upp RHT', [window('A', wholeCanvas()), window('B', px(936, 68, 320, 180), 1)], header()),
  layout(
    'Side By Side',
    [window('A', px(20, 190, 608, 342)), window('B', px(652, 190, 608, 342))],
    [
      ...logos(px(20, 40, 120, 112), px(156, 40, 120, 112)),
      text('title', '{title}', px(300, 32, 960, 128), titleStyle({ size: 42 / 720 })),
      text('details', '{course}\n{series}', px(20, 552, 608, 72), detailsStyle()),
      text('presenter', '{presenter}', px(652, 552, 608, 72), presenterStyle()),
      text('place', '{hall} · {date}', px(20, 648, 608, 44), detailsStyle({ valign: 'middle' })),
      clock(px(1020, 648, 240, 44)),
    ],
  ),
  layout(
    'Side By Side(1)',
    [window('A', px(652, 282, 608, 342)), window('B', px(20, 282, 608, 342))],
    [
      ...logos(px(20, 32, 120, 112), px(156, 32, 120, 112)),
      text('title', '{title}', px(300, 24, 960, 128), titleStyle({ size: 42 / 720 })),
      text('presenter', '{presenter}', px(20, 180, 608, 88), presenterStyle({ valign: 'bottom' })),
      text('details', '{course}\n{series}', px(652, 180, 608, 88), detailsStyle({ valign: 'bottom' })),
      text('place', '{hall} · {date}', px(20, 648, 608, 44), detailsStyle({ valign: 'middle' })),
      clock(px(1020, 648, 240, 44)),
    ],
  ),
  layout('Fullscreen A', [window('A', wholeCanvas())], header()),
  layout('Fullscreen B', [window('B', wholeCanvas())], header()),
  layout('ChA Center', [window('A', px(128, 96, 1024, 576))], centred()),
  layout('ChB Center', [window('B', px(128, 96, 1024, 576))], centred()),
];

function layout(name: string, windows: LayoutWindow[], overlays: Overlay[]): Layout {
  return { name, background: { colour: '#10161f', image: 'background' }, windows, overlays };
}

function window(channel: Channel, rect: Rect, z = 0): LayoutWindow {
  return { channel, rect, z };
}

/** A rectangle of the 1280x720 grid in parts of the canvas. */
function px(x: number, y: number, width: number, height: number): Rect {
  return { x: x / 1280, y: y / 720, width: width / 1280, height: height / 720 };
}

function wholeCanvas(): Rect {
  return { x: 0, y: 0, width: 1, height: 1 };
}

function titleStyle(change: Partial<TextStyle> = {}): TextStyle {
  return plain({ colour: '#ffffff', bold: true, size: 38 / 720, valign: 'middle', ...change });
}

function presenterStyle(change: Partial<TextStyle> = {}): TextStyle {
  return plain({ colour: '#dce8f5', bold: true, size: 26 / 720, ...change });
}

function detailsStyle(change: Partial<TextStyle> = {}): TextStyle {
  return plain({ colour: '#adbac8', size: 21 / 720, ...change });
}

function plain(change: Partial<TextStyle>): TextStyle {
  return { colour: '#ffffff', background: '', align: 'left', valign: 'top', bold: false, size: 24 / 720, ...change };
}

function text(name: string, template: string, rect: Rect, style: TextStyle, z = 11): Overlay {
  return { kind: 'text', name, rect, z, template, style };
}

function clock(rect: Rect, size = 24): Overlay {
  const style = detailsStyle({ align: 'right', valign: 'middle', size: size / 720 });
  return { kind: 'clock', name: 'clock', rect, z: 11, format: 'time', style };
}

function logos(university: Rect, faculty: Rect): Overlay[] {
  return [university, faculty].map((rect, i) => {
    const name = `logo-${i + 1}`;
    return { kind: 'logo', name, rect, z: 11, file: name, opacity: 1 };
  });
}

/** The band over a picture that fills the canvas. It has 44 of 720 lines, so that little of a slide is hidden. */
function header(): Overlay[] {
  return [
    text('header', ' ', px(0, 0, 1280, 44), plain({ background: 'rgb(10 15 22 / 86%)' }), 10),
    ...logos(px(12, 5, 64, 34), px(84, 5, 64, 34)),
    text('title', '{title}', px(164, 2, 640, 40), titleStyle({ size: 24 / 720 })),
    text(
      'presenter',
      '{presenter}',
      px(820, 2, 304, 40),
      detailsStyle({ align: 'right', valign: 'middle', size: 20 / 720 }),
    ),
    clock(px(1140, 2, 124, 40), 20),
  ];
}

function centred(): Overlay[] {
  return [
    ...logos(px(20, 12, 84, 72), px(116, 12, 84, 72)),
    text('title', '{title}', px(216, 8, 848, 80), titleStyle({ align: 'centre', size: 30 / 720 })),
    clock(px(1084, 8, 176, 80)),
    text(
      'place',
      '{presenter} · {series} · {date}',
      px(128, 680, 1024, 32),
      detailsStyle({ align: 'centre', valign: 'middle' }),
    ),
  ];
}
