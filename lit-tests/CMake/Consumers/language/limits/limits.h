#define LIMIT 6
