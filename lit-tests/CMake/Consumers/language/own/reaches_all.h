// What each source of the skeleton is compiled with.
#if BY_FLAGS + BY_CONFIGURATION + BY_FOLDER + BY_EXPRESSION + BY_LIBRARY + BY_ARGUMENT + BY_OPTION + BY_TARGET != 8
#error "something is missing"
#endif
#if defined(FOR_HOST) || defined(FOR_HOST_TOO)
#error "what is for the host"
#endif
