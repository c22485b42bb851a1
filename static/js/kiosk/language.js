// @ts-check
/** What the kiosk knows of languages as such. */

/** @param {string[]} languages @param {string} current @returns {string} */
export function otherLanguage(languages, current) {
  return languages[(languages.indexOf(current) + 1) % languages.length];
}

/**
 * Keep the halves of a word on one line: "hài lòng" is one word with a space in it, and a
 * line that ends after "hài" is misread.
 * @param {string} text @param {string} together the words, with | between them
 * @returns {string}
 */
export function joinWords(text, together) {
  const pattern = new RegExp(together, "gi");
  return text.replace(pattern, (word) => word.replaceAll(" ", "\u00a0"));
}

/**
 * The same for all strings of the page.
 * @param {Record<string, Record<string, string>>} text @returns {typeof text}
 */
export function joinText(text) {
  /** @param {Record<string, string>} words */
  const join = (words) =>
    Object.entries(words).map(([name, line]) => {
      return [name, name === "together" ? line : joinWords(line, words.together)];
    });
  return Object.fromEntries(
    Object.entries(text).map(([language, words]) => [
      language,
      Object.fromEntries(join(words)),
    ]),
  );
}

/**
 * The same for all wording of a survey.
 * @param {any} survey @param {Record<string, Record<string, string>>} text
 */
export function joinSurvey(survey, text) {
  /** @param {Record<string, string>} [wording] */
  const join = (wording) =>
    wording &&
    Object.fromEntries(
      Object.entries(wording).map(([language, line]) => [
        language,
        joinWords(line, text[language]?.together ?? "(?!)"),
      ]),
    );
  const questions = survey.questions.map((/** @type {any} */ question) => ({
    ...question,
    text: join(question.text),
    hint: join(question.hint),
    options: question.options?.map((/** @type {any} */ option) => ({
      ...option,
      text: join(option.text),
    })),
  }));
  return { ...survey, questions };
}
