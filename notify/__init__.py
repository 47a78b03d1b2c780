"""Texts out: their words, their length, their schedule and the outbox that sends them."""
