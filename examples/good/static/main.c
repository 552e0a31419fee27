#include <stdio.h>

extern const unsigned char model[];

int main(void) {
  printf("%d\n", model[0]);
  return 0;
}
