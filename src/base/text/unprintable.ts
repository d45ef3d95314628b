/** What a terminal would act on, or what would hide text or break a line. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
