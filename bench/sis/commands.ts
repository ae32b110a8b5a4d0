/**
 * Commands that controllers send all day, and the beginning of each reply in verbose mode 2. Each has one line of
 * reply.
 */
export const MIXED: readonly (readonly [command: string, reply: string])[] = [
  ['I', 'Inf*<ChA1*ChB3>*<recording>'],
  ['\u001bYRCDR', 'RcdrY1'],
  ['35I', 'Inf35*'],
  ['36I', 'Inf36*internal'],
  ['32I', 'Inf32*ChA1*ChB3'],
  ['33I', 'Inf33*1280x720*15'],
  ['34I', 'Inf34*-'],
  ['39I', 'Inf39*'],
  ['42I', 'Inf42*ChA1*'],
  ['55I', 'Inf55*Internal*'],
  ['49I', 'Inf49*'],
  ['Q', 'Ver01*'],
  ['W1STRC', 'Strc1*1'],
  ['WV1BITR', 'BitrV1*'],
  ['\u001b1ASPR', 'Aspr01*'],
  ['\u001bCN', 'Ipn'],
  ['1*1!', 'In01*01'],
  ['7*5.', '7Rpr05'],
  ['7*7.', '7Rpr07'],
  ['%', 'Tke'],
  ['\u001bG40000*-10AU', 'DsG40000*-10'],
  ['\u001bG40000*0AU', 'DsG40000*0'],
  ['\u001bM60000*0AU', 'DsM60000*0'],
  ['WV1*3000BITR', 'E22'],
  ['\u001bXYZZY', 'E10'],
];
