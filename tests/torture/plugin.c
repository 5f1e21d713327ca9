/* A shared object that churn.cpp loads and unloads. */
__attribute__((visibility("default"))) int plugin_work(int n);

int plugin_work(int n)
{
    volatile int sum = 0;
    for (int i = 0; i < n; i++)
        sum += i;
    return sum;
}
