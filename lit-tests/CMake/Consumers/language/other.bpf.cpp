#if defined(FOR_ARM64) ? !defined(__TARGET_ARCH_arm64) || defined(__TARGET_ARCH_x86) : defined(__TARGET_ARCH_arm64)
#error "another machine's macros"
#endif
int more = 1;
