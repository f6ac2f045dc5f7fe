/* lgamma and its derivatives in double: digamma is that of order 0, trigamma of order 1.
 *
 * lgamma is log |gamma|.  Of its derivatives any may be asked for at any a: at 0 it is the limit
 * from above, at negative whole numbers infinity where it has one sign around them, else no number.
 * Orders are whole numbers up to 170, with which factorials end; others give no number.  The
 * relative error is some 1e-15, but near zeros, where terms of the size of 1 cancel.
 *
 *     aert_polygamma(0, 1) = -0.5772…      aert_polygamma(1, 1) = pi² / 6
 */
#ifndef AERT_GAMMA_H
#define AERT_GAMMA_H

double aert_lgamma(double a);
double aert_polygamma(double order, double a);

#endif
