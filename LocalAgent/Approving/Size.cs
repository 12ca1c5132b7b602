namespace LocalAgent.Approving;

/// <summary>A number of octets for people.</summary>
static class Size
{
    public static string Of(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} bytes",
        < 1_000_000 => $"{bytes / 1000} KB",
        _ => $"{bytes / 1_000_000.0:0.0} MB",
    };
}
