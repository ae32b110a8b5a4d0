/** The shapes that requests and routes are made of, under one name. */
export { keptRow, keptValues, sis } from './control.ts';
export { archiveEncoder, encoder } from './encoders.ts';
export { inputNumber, inputSource, inputWanted, picture } from './inputs.ts';
export { layout, layoutNumber, overlay, rect } from './layouts.ts';
export { metadata } from './metadata.ts';
export { channel, hallName, presetName, presetNumber, shortText } from './parts.ts';
export { settings } from './settings.ts';
export { audio, soundOfChannel } from './sound.ts';
export { push, stream } from './streams.ts';
