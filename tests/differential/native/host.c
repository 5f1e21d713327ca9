/* A program with nothing of its own: all is in the library. */
int run(int count, char **words);

int main(int count, char **words)
{
    return run(count, words) + 1;
}
