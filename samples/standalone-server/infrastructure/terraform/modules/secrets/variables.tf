variable "prefix" {
  description = "What their names begin with."
  type        = string
}

variable "names" {
  description = "What each is for, by its name."
  type        = map(string)
}
