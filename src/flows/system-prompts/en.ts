import type { Wording } from './wording.ts'
import { counted } from './wording.ts'

export const english: Wording = {
  welcome: 'Welcome.',
  'please-hold': 'Please hold. An agent will be with you shortly.',
  'queue-position': ({ position }) => `You are number ${position} in line.`,
  'estimated-wait': ({ minutes }) =>
    `The estimated wait is ${counted('en', minutes, { one: 'minute', other: 'minutes' })}.`,
  'press-for-callback': ({ key }) => `To keep your place and be called back, press ${key}.`,
  'press-for-voicemail': ({ key }) => `To leave a message, press ${key}.`,
  'callback-booked': 'Thank you. We will call you back when it is your turn.',
  'callback-refused': 'Sorry, we cannot call this number back.',
  'called-back': 'Hello. This is the call back that you asked for.',
  'called-back-by': ({ name }) => `Hello. This is ${name}, calling you back as you asked.`,
  'press-when-there': ({ key }) => `To talk to us now, press ${key}.`,
  'press-when-not-needed': ({ key }) => `If you no longer need this call, press ${key}.`,
  'leave-message': 'Please leave a message after the tone. Press hash when you are done.',
  'write-message': 'Please write your message.',
  'message-saved': 'Thank you. Your message has been saved.',
  'all-busy': 'All our agents are busy. Please try again later.',
  closed: 'We are closed at the moment.',
  'invalid-choice': 'Sorry, that is not one of the choices.',
  'invalid-entry': 'Sorry, that entry is not valid.',
  'not-heard': 'Sorry, we did not get an answer.',
  'not-understood': 'Sorry, we did not understand.',
  'technical-problem': 'Sorry, we have a technical problem. Please try again later.',
  'out-of-service': 'This service is not available at the moment.',
  'one-moment': 'One moment, please.',
  transferring: 'Please wait while we transfer you.',
  goodbye: 'Thank you for contacting us. Goodbye.',
}
