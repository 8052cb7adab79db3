/**
 * Emergency numbers by country: 112 and 911 reach help from nearly every network (3GPP TS 22.101 §10.1.1), the others are
 * the countries' own (ITU-T E.129 notifications of national numbering plans).
 */
const everywhere = ['112', '911']

const own: Readonly<Record<string, readonly string[]>> = {
  AT: ['122', '133', '140', '144'],
  AU: ['000', '106'],
  BE: ['100', '101'],
  BR: ['190', '192', '193'],
  CH: ['117', '118', '144', '1414'],
  CN: ['110', '119', '120', '122'],
  CZ: ['150', '155', '158'],
  DE: ['110'],
  FR: ['15', '17', '18', '114', '115', '119', '191', '196'],
  GB: ['999'],
  GR: ['100', '166', '199'],
  HU: ['104', '105', '107'],
  ID: ['110', '113', '115', '118', '119'],
  IE: ['999'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118'],
  JP: ['110', '118', '119'],
  MD: ['901', '902', '903'],
  MY: ['999'],
  NO: ['110', '113'],
  NZ: ['111'],
  PL: ['997', '998', '999'],
  RU: ['101', '102', '103', '104'],
  SG: ['995', '999'],
  SK: ['150', '155', '158'],
  TH: ['191', '199', '1669'],
  UA: ['101', '102', '103', '104'],
  VN: ['113', '114', '115'],
  ZA: ['10111', '10177'],
}

/** `more`: what the operator's carrier or building adds. */
export function emergencyNumbers(country: string, more: readonly string[]): ReadonlySet<string> {
  return new Set([...everywhere, ...(own[country] ?? []), ...more])
}
