//! The record: one run, one SQLite file, every entry chained to the one before.
