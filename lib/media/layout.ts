import type { Rect } from './geometry.ts';

/** Channel A: slides. Channel B: camera. */
export type Channel = 'A' | 'B';

export interface LayoutWindow {
  channel: Channel;
  /** Parts of the canvas, 0 to 1. */
  rect: Rect;
  z: number;
}

/** A thing drawn over the picture; `rect` in parts of the canvas. */
export type Overlay =
  | {
      kind: 'text';
      name: string;
      rect: Rect;
      z: number;
      /** Text with `{title}`, `{presenter}`, `{series}`, `{date}`, `{time}`… */
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

export interface TextStyle {
  colour: string;
  /** CSS colour of the band behind the text, or '' for none. */
  background: string;
  align: 'left' | 'centre' | 'right';
  valign: 'top' | 'middle' | 'bottom';
  bold: boolean;
  /** Largest letter height in parts of the canvas height; the text shrinks until it fits. */
  size: number;
}

export interface Layout {
  name: string;
  background: { colour: string; image?: string };
  windows: LayoutWindow[];
  overlays: Overlay[];
}
