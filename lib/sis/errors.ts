/** The error codes of the SMP 351 and what they mean (facts/smp351 1.9). A refusal is a value, never an exception. */
export const errorMeanings = {
  E10: 'unrecognized command',
  E12: 'invalid port number',
  E13: 'invalid parameter, or out of range',
  E14: 'not valid for this configuration',
  E17: 'invalid command for this signal type',
  E18: 'timed out',
  E22: 'busy',
  E24: 'privilege violation: an administrator may do this',
  E25: 'device not present',
  E26: 'too many connections',
  E28: 'bad file name, or file not found',
} as const;

/** One of the error codes. */
export type ErrorCode = keyof typeof errorMeanings;

/** Whether a line from a device is a refusal. */
export const isErrorCode = (line: string): line is ErrorCode => Object.hasOwn(errorMeanings, line);
