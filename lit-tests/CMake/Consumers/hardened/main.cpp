char a();
char b();
char c();
int main() { return a() == 'a' && b() == 'b' && c() == 'c' ? 0 : 1; }
