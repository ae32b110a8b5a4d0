import type { Rect } from './geometry.ts';

/** A channel of the box: A has the slides, B the camera. */
export type Channel = 'A' | 'B';

/** A window of a layout, in which a channel is shown. */
export interface LayoutWindow {
  channel: Channel;
  /** Place in parts of the canvas, 0 to 1. */
  rect: Rect;
  z: number;
}

/** A text, logo or other thing drawn over the picture; `rect` is in parts of the canvas. */
export type Overlay =
  | {
      kind: 'text';
      name: string;
      rect: Rect;
      z: number;
      /** Text with fields: `{title}`, `{presenter}`, `{series}`, `{date}`, `{time}` and others. */
      template: string;
      style: TextStyle;
    }
  | {
      kind: 'logo';
      name: string;
      rect: Rect;
      z: number;
      /** File in the overlays folder. */ file: string;
      opacity: number;
    }
  | {
      kind: 'clock';
      name: string;
      rect: Rect;
      z: number;
      format: 'time' | 'date-time';
      style: TextStyle;
    }
  | { kind: 'timecode'; name: string; rect: Rect; z: number };

/** Style of a text. */
export interface TextStyle {
  colour: string;
  /** CSS colour of the band behind the text; '' for none. */
  background: string;
  align: 'left' | 'centre' | 'right';
  valign: 'top' | 'middle' | 'bottom';
  bold: boolean;
  /** Largest height of letters in parts of the canvas height; a text that is too long gets smaller ones. */
  size: number;
}

/** A layout: windows and overlays on a canvas. */
export interface Layout {
  name: string;
  background: { colour: string; image?: string };
  windows: LayoutWindow[];
  overlays: Overlay[];
}
