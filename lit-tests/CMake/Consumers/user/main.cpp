#include <count.hpp>
int main() { return count() == 3 ? 0 : 1; }
