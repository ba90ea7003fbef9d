int more = 1;
