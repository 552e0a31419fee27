#define RELAY_VERSION "2.0"
