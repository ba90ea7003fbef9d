int third = 3;
