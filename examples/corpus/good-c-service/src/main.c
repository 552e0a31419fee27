#include <stdio.h>
#include "relay.h"
int main(void) {
  puts("relay " RELAY_VERSION);
  return 0;
}
