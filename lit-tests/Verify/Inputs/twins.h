// A program is wrong by what is in WRONG(), and right with what is in RIGHT() instead: -DCORRECTED takes the latter.
#ifdef CORRECTED
#define WRONG(...)
#define RIGHT(...) __VA_ARGS__
#else
#define WRONG(...) __VA_ARGS__
#define RIGHT(...)
#endif
