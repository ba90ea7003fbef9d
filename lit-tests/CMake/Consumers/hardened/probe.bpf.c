#define TEXT_(value) #value
#define TEXT(value) TEXT_(value)
char text[4] = TEXT(VALUE);
