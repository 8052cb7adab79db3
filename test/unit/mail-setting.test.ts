import { describe, expect, it } from 'vitest'
import { mailServerIn } from '../../src/mail-setting.ts'

const login = { user: 'desk@example.org', password: 'p@ss:/' }

describe('the setting of the mail server', () => {
  it.each([
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'may', login: null }],
    ['smtp://127.0.0.1:25?tls=never', { host: '127.0.0.1', port: 25, tls: 'never', login: null }],
    ['smtps://[2001:db8::1]', { host: '2001:db8::1', port: 465, tls: 'at-once', login: null }],
    // A password goes over TLS or not at all, unless somebody says otherwise.
    [
      'smtp://desk%40example.org:p%40ss%3A%2F@mail.example.org:25',
      { host: 'mail.example.org', port: 25, tls: 'must', login },
    ],
  ])('reads %s', (text, server) => {
    expect(mailServerIn(text)).toEqual(server)
  })

  it.each([
    'mail.example.org',
    'http://mail.example.org',
    'smtp://',
    'smtp://user@host',
    'smtp://host?tls=maybe',
    'smtps://host?tls=may',
    'smtp://host?ca=x',
    'smtp://host/path',
  ])('refuses %s', (text) => {
    expect(mailServerIn(text)).toBeNull()
  })
})
