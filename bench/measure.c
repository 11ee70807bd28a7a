/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * measure LIMIT COMMAND...: runs the command with its output thrown away and prints "STATUS SECONDS CPU MIB":
 * exit status (or "signal N", "limit"), wall clock, processor seconds, and the peak of resident memory.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void run(char **command, unsigned limit)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    alarm(limit);
    execvp(command[0], command);
    _exit(127);
}

static void print_status(int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("limit");
    else if (WIFSIGNALED(status))
        printf("signal-%d", WTERMSIG(status));
    else
        printf("%d", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: measure LIMIT COMMAND...\n");
        return 2;
    }
    double start = now();
    pid_t child = fork();
    if (child == 0)
        run(argv + 2, (unsigned)strtoul(argv[1], NULL, 10));
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("measure");
        return 1;
    }
    double wall = now() - start;
    print_status(status);
    printf(" %.3f %.3f %.1f\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime),
           (double)usage.ru_maxrss / 1024);
    return 0;
}
