#include "first.skel.hpp"
#include "second.skel.hpp"
int main() { return first::open().value().data().three + second::open().value().data().answer == 45 ? 0 : 1; }
