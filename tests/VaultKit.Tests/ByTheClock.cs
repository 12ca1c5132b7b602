namespace VaultKit.Tests;

static class ByTheClock
{
    /// <summary>
    /// Tests in which something must not happen within a time, or must happen before something else does. They run beside each other only: a machine that is kept busy by others would
    /// make the times untrue.
    /// </summary>
    public const string Tests = "by the clock";
}
