package main

import "example.com/closeframe/bench/embed/verdict"

func measureAll(all verdict.Verdicts) {}
