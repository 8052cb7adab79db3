/** What letters say beside the conversation itself, in the languages of those who get them. */
const en = {
  transcriptSubject: 'Your conversation with {organisation}',
  transcriptIntro: 'This is what was written in your conversation with {organisation}.',
  replySubject: '{agent} has answered you',
  replyIntro: '{agent} has answered you in the chat:',
  replyOutro: 'You can go on with the conversation where you began it.',
  answerSubject: 'Re: your message to {organisation}',
  leftSubject: 'Message from {name}',
  leftIntro: 'Left in the form of the chat while nobody was there. An answer to this mail goes to {address}.',
  you: 'You',
  assistant: 'Assistant',
  somebody: 'our team',
  files: 'Files: {names}',
  wanted: 'You get this mail because you asked for it in the chat.',
  notified: 'You get this mail because you gave your address in the chat and were away when the answer came.',
}
export type LetterWords = Readonly<typeof en>

const ro: LetterWords = {
  transcriptSubject: 'Conversația dumneavoastră cu {organisation}',
  transcriptIntro: 'Iată ce s-a scris în conversația dumneavoastră cu {organisation}.',
  replySubject: '{agent} v-a răspuns',
  replyIntro: '{agent} v-a răspuns în conversație:',
  replyOutro: 'Puteți continua conversația acolo unde ați început-o.',
  answerSubject: 'Re: mesajul dumneavoastră către {organisation}',
  leftSubject: 'Mesaj de la {name}',
  leftIntro: 'Lăsat în formular cât timp nu era nimeni. Un răspuns la acest e-mail ajunge la {address}.',
  you: 'Dumneavoastră',
  assistant: 'Asistent',
  somebody: 'echipa noastră',
  files: 'Fișiere: {names}',
  wanted: 'Primiți acest e-mail pentru că l-ați cerut în conversație.',
  notified: 'Primiți acest e-mail pentru că ați lăsat adresa în conversație și nu erați acolo când a venit răspunsul.',
}

const pl: LetterWords = {
  transcriptSubject: 'Twoja rozmowa z {organisation}',
  transcriptIntro: 'Oto zapis Twojej rozmowy z {organisation}.',
  replySubject: '{agent}: odpowiedź dla Ciebie',
  replyIntro: '{agent} odpowiada na czacie:',
  replyOutro: 'Możesz wrócić do rozmowy tam, gdzie ją rozpoczęto.',
  answerSubject: 'Re: Twoja wiadomość do {organisation}',
  leftSubject: 'Wiadomość od {name}',
  leftIntro: 'Zostawiono w formularzu, gdy nikogo nie było. Odpowiedź na ten e-mail trafi do {address}.',
  you: 'Ty',
  assistant: 'Asystent',
  somebody: 'nasz zespół',
  files: 'Pliki: {names}',
  wanted: 'Ten e-mail wysłaliśmy na prośbę złożoną na czacie.',
  notified: 'Wysyłamy ten e-mail, ponieważ podano ten adres na czacie, a odpowiedź nadeszła pod nieobecność.',
}

const id: LetterWords = {
  transcriptSubject: 'Percakapan Anda dengan {organisation}',
  transcriptIntro: 'Inilah isi percakapan Anda dengan {organisation}.',
  replySubject: '{agent} telah menjawab Anda',
  replyIntro: '{agent} telah menjawab Anda di obrolan:',
  replyOutro: 'Anda dapat melanjutkan percakapan di tempat Anda memulainya.',
  answerSubject: 'Re: pesan Anda kepada {organisation}',
  leftSubject: 'Pesan dari {name}',
  leftIntro: 'Ditinggalkan di formulir saat tidak ada orang. Balasan atas email ini dikirim ke {address}.',
  you: 'Anda',
  assistant: 'Asisten',
  somebody: 'tim kami',
  files: 'Berkas: {names}',
  wanted: 'Anda menerima email ini karena memintanya di obrolan.',
  notified: 'Anda menerima email ini karena memberikan alamat di obrolan dan sedang tidak ada ketika jawaban datang.',
}

const ru: LetterWords = {
  transcriptSubject: 'Ваша переписка с {organisation}',
  transcriptIntro: 'Вот что было написано в вашей переписке с {organisation}.',
  replySubject: '{agent}: вам ответили',
  replyIntro: '{agent} отвечает вам в чате:',
  replyOutro: 'Вы можете продолжить разговор там, где начали его.',
  answerSubject: 'Re: ваше сообщение для {organisation}',
  leftSubject: 'Сообщение от {name}',
  leftIntro: 'Оставлено в форме, пока никого не было. Ответ на это письмо уйдёт на {address}.',
  you: 'Вы',
  assistant: 'Помощник',
  somebody: 'наша команда',
  files: 'Файлы: {names}',
  wanted: 'Вы получили это письмо, потому что попросили о нём в чате.',
  notified: 'Вы получили это письмо, потому что оставили адрес в чате и отсутствовали, когда пришёл ответ.',
}

const languages: Readonly<Record<string, LetterWords>> = { en, ro, pl, id, ru }

/** Of any language tag: `ro-RO` is `ro`; what nobody speaks here is English. */
export function letterLanguage(wanted: string | null): string {
  const code = wanted?.toLowerCase().split('-')[0] ?? 'en'
  return Object.hasOwn(languages, code) ? code : 'en'
}

/** `language`: as `letterLanguage` says. */
export const letterWords = (language: string): LetterWords => languages[language] ?? en

export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}
