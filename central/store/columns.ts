import type { ColumnType } from 'kysely';

/** Types of columns that many tables have. */

/** A column of JSON: written as a text (made by `json()` below), read as the value. */
export type Json<T> = ColumnType<T, string | undefined, string>;
export type Time = ColumnType<Date, Date | undefined, Date>;
export type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
export type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;
