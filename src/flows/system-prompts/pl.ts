import type { Wording } from './wording.ts'
import { counted } from './wording.ts'

export const polish: Wording = {
  welcome: 'Witamy.',
  'please-hold': 'Proszę czekać. Konsultant wkrótce się zgłosi.',
  'queue-position': ({ position }) => `Twoje miejsce w kolejce: ${position}.`,
  'estimated-wait': ({ minutes }) =>
    `Przewidywany czas oczekiwania wynosi ${counted('pl', minutes, { one: 'minutę', few: 'minuty', many: 'minut', other: 'minuty' })}.`,
  'press-for-callback': ({ key }) => `Aby zachować miejsce w kolejce i otrzymać telefon zwrotny, naciśnij ${key}.`,
  'press-for-voicemail': ({ key }) => `Aby zostawić wiadomość, naciśnij ${key}.`,
  'callback-booked': 'Dziękujemy. Oddzwonimy, gdy nadejdzie twoja kolej.',
  'callback-refused': 'Przepraszamy, nie możemy oddzwonić na ten numer.',
  'called-back': 'Dzień dobry. Oddzwaniamy zgodnie z prośbą.',
  'called-back-by': ({ name }) => `Dzień dobry. Tu ${name}, oddzwaniamy zgodnie z prośbą.`,
  'press-when-there': ({ key }) => `Aby teraz z nami porozmawiać, naciśnij ${key}.`,
  'press-when-not-needed': ({ key }) => `Jeśli ta rozmowa nie jest już potrzebna, naciśnij ${key}.`,
  'leave-message': 'Po sygnale prosimy zostawić wiadomość. Na koniec naciśnij krzyżyk.',
  'write-message': 'Prosimy napisać wiadomość.',
  'message-saved': 'Dziękujemy. Wiadomość została zapisana.',
  'all-busy': 'Wszyscy konsultanci są zajęci. Prosimy spróbować później.',
  closed: 'Obecnie jest zamknięte.',
  'invalid-choice': 'Przepraszamy, nie ma takiej opcji.',
  'invalid-entry': 'Przepraszamy, wprowadzone dane są nieprawidłowe.',
  'not-heard': 'Przepraszamy, nie otrzymaliśmy odpowiedzi.',
  'not-understood': 'Przepraszamy, nie zrozumieliśmy.',
  'technical-problem': 'Przepraszamy, wystąpił problem techniczny. Prosimy spróbować później.',
  'out-of-service': 'Ta usługa jest obecnie niedostępna.',
  'one-moment': 'Chwileczkę.',
  transferring: 'Proszę czekać, trwa przełączanie.',
  goodbye: 'Dziękujemy za kontakt. Do widzenia.',
}
