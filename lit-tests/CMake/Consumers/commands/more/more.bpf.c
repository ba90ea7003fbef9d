#if BY_FLAGS + BY_LIBRARY != 2
#error "something is missing"
#endif
char text[4] = TEXT;
