import type { Wording } from './wording.ts'
import { counted } from './wording.ts'

export const romanian: Wording = {
  welcome: 'Bine ați venit.',
  'please-hold': 'Vă rugăm să așteptați. Un coleg vă va răspunde în curând.',
  'queue-position': ({ position }) => `Sunteți numărul ${position} la rând.`,
  'estimated-wait': ({ minutes }) =>
    `Timpul estimat de așteptare este de ${counted('ro', minutes, { one: 'minut', few: 'minute', other: 'de minute' })}.`,
  'press-for-callback': ({ key }) => `Pentru a vă păstra locul și a fi sunat înapoi, apăsați ${key}.`,
  'press-for-voicemail': ({ key }) => `Pentru a lăsa un mesaj, apăsați ${key}.`,
  'callback-booked': 'Vă mulțumim. Vă sunăm înapoi când vă vine rândul.',
  'callback-refused': 'Ne pare rău, nu putem suna înapoi la acest număr.',
  'called-back': 'Bună ziua. Vă sunăm înapoi, așa cum ați cerut.',
  'called-back-by': ({ name }) => `Bună ziua. Vă sună înapoi ${name}, așa cum ați cerut.`,
  'press-when-there': ({ key }) => `Pentru a vorbi acum cu noi, apăsați ${key}.`,
  'press-when-not-needed': ({ key }) => `Dacă nu mai aveți nevoie de acest apel, apăsați ${key}.`,
  'leave-message': 'Vă rugăm să lăsați un mesaj după semnal. La sfârșit apăsați diez.',
  'write-message': 'Vă rugăm să scrieți mesajul.',
  'message-saved': 'Vă mulțumim. Mesajul a fost salvat.',
  'all-busy': 'Toți colegii noștri sunt ocupați. Vă rugăm să reveniți mai târziu.',
  closed: 'Momentan suntem închiși.',
  'invalid-choice': 'Ne pare rău, această opțiune nu există.',
  'invalid-entry': 'Ne pare rău, datele introduse nu sunt valide.',
  'not-heard': 'Ne pare rău, nu am primit niciun răspuns.',
  'not-understood': 'Ne pare rău, nu am înțeles.',
  'technical-problem': 'Ne pare rău, avem o problemă tehnică. Vă rugăm să reveniți mai târziu.',
  'out-of-service': 'Acest serviciu nu este disponibil momentan.',
  'one-moment': 'Un moment, vă rugăm.',
  transferring: 'Vă rugăm să așteptați, vă transferăm.',
  goodbye: 'Vă mulțumim că ne-ați contactat. La revedere.',
}
