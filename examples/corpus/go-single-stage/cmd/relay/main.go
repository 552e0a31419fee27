package main

func main() { println("relay 1.0") }
