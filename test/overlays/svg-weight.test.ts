import assert from 'node:assert/strict';
import test from 'node:test';
import { checkSvg } from '#overlays/svg-guard.ts';
import { drawnElements } from '#overlays/svg-weight.ts';

const svg = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">${inner}</svg>`;
const bomb = (levels: number, uses: number, reference: (id: string) => string): string => {
  const groups = Array.from({ length: levels }, (_, n) => `<g id="g${n + 1}">${reference(`g${n}`).repeat(uses)}</g>`);
  return svg(`<defs><rect id="g0"/>${groups.join('')}</defs>${reference(`g${levels}`)}`);
};

test('what is used again counts again', () => {
  assert.equal(drawnElements(svg('<rect/><g><circle r="1"></circle></g>')), 4);
  assert.equal(
    drawnElements(svg('<!-- <g/> > --><rect id="a" data="&gt;>"/><use href="#a"/><use xlink:href=\'#a\'/>')),
    6,
  );
  assert.equal(drawnElements(svg('<linearGradient id="p"><stop/></linearGradient><rect fill="url(#p)"/>')), 6);
  assert.equal(drawnElements(svg('<use href="#nobody"/>')), 2);
});

test('uses of uses are refused before they are drawn, as are those without end', () => {
  const kinds: ((id: string) => string)[] = [
    (id) => `<use href="#${id}"/>`,
    (id) => `<use xlink:href = '#${id}' />`,
    (id) => `<rect style="fill:url('#${id}')"/>`,
    (id) => `<path marker-mid="url(#${id})"/>`,
  ];
  for (const kind of kinds) {
    const refused = checkSvg(Buffer.from(bomb(9, 10, kind)));
    assert.match(typeof refused === 'string' ? refused : '', /again and again/);
    assert.equal(typeof checkSvg(Buffer.from(bomb(3, 10, kind))), 'object');
  }
  const endless = checkSvg(Buffer.from(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')));
  assert.match(typeof endless === 'string' ? endless : '', /again/);
});

test('the time grows with the text, also for torn ones', () => {
  const timeFor = (count: number): number => {
    const torn = svg(`<a b="`.repeat(count)) + '<use href="#a"><g id="a">'.repeat(200);
    const before = process.cpuUsage();
    drawnElements(torn);
    return process.cpuUsage(before).user / 1000;
  };
  timeFor(1000);
  assert.ok(timeFor(200_000) < 1000, 'a megabyte of torn tags takes no second');
});
