import { describe, expect, it } from 'vitest'
import { readRows } from '../../../src/preview/rows.ts'

describe('a table of customers', () => {
  it('has the number first and the name second when no row names the columns', () => {
    expect(readRows('+40722001001,Ana Pop\n+40722001002\n')).toEqual({
      rows: [
        { row: 1, number: '+40722001001', name: 'Ana Pop' },
        { row: 2, number: '+40722001002', name: null },
      ],
      problems: [],
    })
  })

  it.each([
    ['English', 'Name;Phone\nAna Pop;0722 001 001'],
    ['Romanian', 'Nume;Oraș;Număr de telefon\nAna Pop;Cluj;0722 001 001'],
    ['Polish', 'Numer,Nazwisko\n0722 001 001,Ana Pop'],
    ['Indonesian', 'Nama\tNomor\nAna Pop\t0722 001 001'],
    ['Russian', 'ФИО;Телефон\nAna Pop;0722 001 001'],
  ])('finds its columns by their heads: %s', (_, text) => {
    expect(readRows(text)).toEqual({ rows: [{ row: 2, number: '0722 001 001', name: 'Ana Pop' }], problems: [] })
  })

  it('tells what separates cells from a comma in every name', () => {
    const text = '0722 001 001;Pop, Ana\n0722 001 002;Rusu, Ion\n'
    expect(readRows(text).rows.map(({ name }) => name)).toEqual(['Pop, Ana', 'Rusu, Ion'])
  })

  it('takes what spreadsheets save: a byte order mark, quotes, line ends of any kind, empty lines', () => {
    const text = '\uFEFFphone,name\r\n"+40722001001","Pop, Ana ""Nana"""\r\n\r\n,,\r+40722001002,"Ion\nPopescu"\r\n'
    expect(readRows(text).rows).toEqual([
      { row: 2, number: '+40722001001', name: 'Pop, Ana "Nana"' },
      { row: 5, number: '+40722001002', name: 'Ion Popescu' },
    ])
  })

  it('names the rows that it can’t read, and reads the others', () => {
    const text = `phone,name\n,Ana\n+40722001001,${'x'.repeat(201)}\n+40722001002,Ion\n+40722001003,"Open\nand so on`
    expect(readRows(text)).toEqual({
      rows: [{ row: 4, number: '+40722001002', name: 'Ion' }],
      problems: [
        { row: 2, problem: 'no-number' },
        { row: 3, problem: 'too-long' },
        { row: 5, problem: 'open-quote' },
      ],
    })
  })

  it('reads ten thousand rows in a moment, and nothing at all as nothing', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `+40722${String(100_000 + i)};Customer ${i}`).join('\n')
    expect(readRows(text).rows).toHaveLength(10_000)
    expect(readRows(' \n\n')).toEqual({ rows: [], problems: [] })
  })
})
