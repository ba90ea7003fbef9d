#define OWN 5
