#include "support/harness.h"

int main(int argc, char** argv) { return test::run_cases(argc, argv); }
