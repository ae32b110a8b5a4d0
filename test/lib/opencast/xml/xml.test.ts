import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { attributeOf, childText, element, elementsOf, textOf, XmlError, XSI_NAMESPACE } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { formatXml } from '#lib/opencast/xml/xml-write.ts';

describe('XML is read', () => {
  test('with namespaces, however they are written', () => {
    const text = `\ufeff<?xml version="1.0"?><!-- one --><a:x xmlns:a="urn:a" xmlns="urn:b" id='1'><y z="&lt;&#233;&#x1F5A4;"/></a:x>`;
    const root = parseXml(text);
    assert.deepEqual([root.name, root.namespace, attributeOf(root, 'id')], ['x', 'urn:a', '1']);
    const inner = elementsOf(root)[0];
    assert.deepEqual([inner?.name, inner?.namespace], ['y', 'urn:b']);
    assert.equal(inner && attributeOf(inner, 'z'), '<é🖤');
  });

  test('with text, CDATA and white space', () => {
    const root = parseXml('<a>\r\n <b> x <![CDATA[<y>&]]> </b>\n</a>\n');
    assert.equal(childText(root, 'b'), 'x <y>&');
    assert.equal(childText(root, 'c'), undefined);
    assert.equal(root.children[0], '\n ');
  });

  test('with a DOCTYPE that is only a name', () => {
    const text = '<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">\n<properties/>';
    assert.equal(parseXml(text).name, 'properties');
  });

  const wrong: [string, string, RegExp][] = [
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /DOCTYPE/],
    ['an entity nobody defined', '<a>&x;</a>', /&x; is no reference/],
    ['a bare ampersand', '<a>R & B</a>', /is no reference/],
    ['a character XML has not', '<a>&#0;</a>', /is no reference/],
    ['a control character', '<a>\u0001</a>', /does not allow/],
    ['two roots', '<a/><b/>', /second document element/],
    ['tags that cross', '<a><b></a></b>', /<\/a> ends <b>/],
    ['no end', '<a><b></b>', /<a> is not ended/],
    ['a prefix nobody declared', '<x:a/>', /prefix of x:a/],
    ['an attribute twice', '<a b="1" b="2"/>', /there twice/],
    ['an attribute without quotes', '<a b=1/>', /not well-formed/],
    ['text outside', '<a/>x', /outside/],
    ['nothing', '  ', /no element/],
    ['a web page', '<html><body><br></body></html>', /ends <br>/],
    ['a comment that does not end', '<a><!-- </a>', /not ended/],
    ['endless depth', '<a>'.repeat(100_000), /nested deeper/],
    ['a name that every object has', '<a>&toString;</a>', /&toString; is no reference/],
    ['a page', '<html xmlns="http://www.w3.org/1999/xhtml"/>', /is not taken/],
    [
      'more declarations than any document needs',
      `<a>${Array.from({ length: 101 }, (_, n) => `<b xmlns:n${n}="urn:${n}"/>`).join('')}</a>`,
      /more than 100 declarations/,
    ],
  ];
  for (const [name, text, message] of wrong) {
    test(`but not ${name}`, () => {
      assert.throws(
        () => parseXml(text),
        (error) => error instanceof XmlError && message.test(error.message),
      );
    });
  }
});

test('what a browser would run or draw is left out, with what is in it', () => {
  const text =
    '<a xmlns="urn:a" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:s="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">' +
    '<b x:href="javascript:alert(1)" id="1">one</b><h:script>alert(1)<b>lost</b></h:script><s:svg><b/></s:svg><b>two</b></a>';
  const root = parseXml(text);
  assert.deepEqual(elementsOf(root).map(textOf), ['one', 'two']);
  assert.doesNotMatch(formatXml(root), /w3\.org|script|svg|href/);
});

test('a namespace may have the name of something that every object has', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const text = `<c xmlns:p="${name}"><p:${name}>x</p:${name}></c>`;
    const [inner] = elementsOf(parseXml(formatXml(parseXml(text))));
    assert.deepEqual([inner?.namespace, inner?.name, inner && textOf(inner)], [name, name, 'x']);
  }
});

describe('XML is written', () => {
  test('so that it is read as it was, whatever is in it', () => {
    const value = `<&>"'\r\n\t é 🖤 ]]>`;
    const text = formatXml(element('urn:a', 'a', { b: value }, [element('urn:b', 'c', {}, [value])]), { 'urn:a': '' });
    const root = parseXml(text);
    assert.equal(textOf(root), value.trim());
    assert.equal(
      attributeOf(root, 'b'),
      value.replaceAll(/[\r\n\t]/g, (char) => (char === '\r' ? '\r' : ' ')),
    );
    assert.equal(elementsOf(root)[0]?.namespace, 'urn:b');
  });

  test('without characters that XML forbids', () => {
    assert.equal(textOf(parseXml(formatXml(element('', 'a', {}, ['x\u0000y\ud800'])))), 'x\ufffdy\ufffd');
  });

  test('an element in no namespace below a default one stays in none', () => {
    const root = parseXml(
      formatXml(element('urn:a', 'a', {}, [element('', 'b', {}, [element('', 'c')])]), { 'urn:a': '' }),
    );
    const inner = elementsOf(root)[0];
    assert.deepEqual([inner?.namespace, inner && elementsOf(inner)[0]?.namespace], ['', '']);
  });

  test('prefixes of values are declared, used or not', () => {
    assert.match(formatXml(element('', 'a'), { [XSI_NAMESPACE]: 'xsi' }), /<a xmlns:xsi="http:\/\/www.w3.org/);
  });
});
