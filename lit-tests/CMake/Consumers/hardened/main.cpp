char a();
char b();
int main() { return a() == 'a' && b() == 'b' ? 0 : 1; }
